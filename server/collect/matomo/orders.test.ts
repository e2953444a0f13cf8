import { describe, expect, test } from 'vitest';
import { newVisitor, openTracker } from './testing/tracker.ts';

const { bulk, track } = openTracker();
const id = (n: number) => `0192f3a4-0000-7000-8000-${String(n).padStart(12, '0')}`;

describe('goals and orders', () => {
  test('a goal counts once in a visit', async () => {
    const who = `_id=${newVisitor()}`;
    const [goal] = (await track(`${who}&idgoal=1&revenue=2.5`)).rows;
    expect(goal).toMatchObject({ kind: 'goal', props: { goal: '1', revenue: 2.5 } });
    const again = await track(`${who}&idgoal=1`);
    expect([again.status, again.rows]).toEqual([200, []]);
    expect((await track(`${who}&idgoal=1&new_visit=1`)).rows).toHaveLength(1);
  });

  const items = encodeURIComponent('[["mug","Mug",["Cups"],"18.50",2],["jug",null,"",7,1]]');

  test('an order', async () => {
    const { rows } = await track(`idgoal=0&ec_id=T1&revenue=49&ec_st=44&ec_tx=2&ec_sh=3&ec_dt=false&ec_items=${items}`);
    expect(rows).toMatchObject([
      {
        kind: 'checkout',
        transaction_id: 'T1',
        currency: 'USD',
        products: [
          { id: 'mug', amount: 18.5 },
          { id: 'mug', amount: 18.5 },
          { id: 'jug', amount: 7 },
        ],
        props: {
          ...{ revenue: 49, subtotal: 44, tax: 2, shipping: 3 },
          items: [{ id: 'mug', name: 'Mug', categories: ['Cups'] }],
        },
      },
    ]);
    expect(rows[0]?.props).not.toHaveProperty('discount');
  });

  test('a second one with the same number is refused', async () => {
    expect((await track('idgoal=0&ec_id=T2&revenue=1')).status).toBe(200);
    const second = await track('idgoal=0&ec_id=T2&revenue=1');
    expect([second.status, second.text, second.rows]).toEqual([400, 'ec_id: this order is known already\n', []]);
    expect((await track(`idgoal=0&ec_id=T2&event_id=${id(30)}`)).status).toBe(400);
  });

  test('one with an id may be repeated', async () => {
    const order = `idgoal=0&ec_id=T3&event_id=${id(31)}`;
    expect((await track(order)).rows).toHaveLength(1);
    const again = await track(order);
    expect([again.status, again.rows]).toEqual([200, []]);
    expect((await track(`idgoal=0&ec_id=T3&event_id=${id(32)}`)).status).toBe(400);
  });

  test('of two at once, one is taken', async () => {
    const sent = await Promise.all([33, 34, 35].map((n) => track(`idgoal=0&ec_id=T4&event_id=${id(n)}`)));
    expect(sent.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  });

  test('a cart', async () => {
    const { rows } = await track(`idgoal=0&revenue=44&ec_items=${items}`);
    expect(rows).toMatchObject([{ kind: 'cart', products: [{ id: 'mug' }, { id: 'mug' }, { id: 'jug' }] }]);
  });

  test('of orders that are short to say and long to keep, a bulk holds few', async () => {
    const requests = Array.from(
      { length: 250 },
      (_, n) => `?idsite=1&rec=1&idgoal=0&ec_id=L${n}&ec_items=[["screw","","",1,100]]`,
    );
    const sent = await bulk({ requests });
    expect([sent.status, JSON.parse(sent.text)]).toEqual([200, { status: 'success', tracked: 200, invalid: 50 }]);
    expect(sent.rows).toHaveLength(200);
  });
});

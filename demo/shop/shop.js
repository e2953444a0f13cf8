// The shop's own script: a basket in localStorage, as a small shop without a server would keep it.
(() => {
  const euros = (amount) => amount.toLocaleString('en-IE', { style: 'currency', currency: 'EUR' });
  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? [];
    } catch {
      return [];
    }
  };
  const write = (key, value) => localStorage.setItem(key, JSON.stringify(value));
  const total = (lines) => euros(lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0));
  const find = (selector) => document.querySelector(selector);
  const line = ({ name, price, quantity, image }) => {
    const item = document.createElement('li');
    const picture = Object.assign(new Image(64, 80), { src: `/shop/images/${image}`, alt: '' });
    const text = Object.assign(document.createElement('span'), {
      textContent: `${name}${quantity > 1 ? ` × ${quantity}` : ''}`,
    });
    const sum = Object.assign(document.createElement('span'), { textContent: euros(price * quantity) });
    item.append(picture, text, sum);
    return item;
  };
  const show = () => {
    const lines = read('tideline-basket');
    const count = find('[data-basket-count]');
    count.textContent = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    count.hidden = lines.length === 0;
    const list = find('[data-basket]');
    if (!list) return;
    list.replaceChildren(...lines.map(line));
    find('[data-basket-empty]').hidden = lines.length > 0;
    find('[data-basket-total]').hidden = find('[data-order]').hidden = lines.length === 0;
    find('[data-basket-total]').textContent = `Total ${total(lines)}`;
  };

  find('[data-add]')?.addEventListener('click', ({ currentTarget: { dataset } }) => {
    const lines = read('tideline-basket');
    const same = lines.find(({ id }) => id === dataset.add);
    if (same) same.quantity += 1;
    else
      lines.push({
        id: dataset.add,
        name: dataset.name,
        price: Number(dataset.price),
        image: dataset.image,
        quantity: 1,
      });
    write('tideline-basket', lines);
    show();
  });

  find('[data-order]')?.addEventListener('click', () => {
    const id = `TL-${Date.now().toString(36).toUpperCase()}`;
    write('tideline-order', { id, lines: read('tideline-basket') });
    localStorage.removeItem('tideline-basket');
    location.href = '/shop/confirmation.html';
  });

  const list = find('[data-order-lines]');
  if (list) {
    const { id, lines = [] } = read('tideline-order');
    find('[data-order-text]').textContent = id ? `Your order ${id} is being wrapped.` : 'There is no order to show.';
    list.replaceChildren(...lines.map(line));
    find('[data-order-total]').textContent = id ? `Total ${total(lines)}` : '';
  }

  show();
})();

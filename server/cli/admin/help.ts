/** The help of `npm run admin`. */
export const HELP = `npm run admin -- WHAT add|list|remove|… …

  customer add KEY --name NAME --domain DOMAIN [--language en_US] [--currency EUR] [--cookie-domain .DOMAIN]
  customer list
  customer remove KEY --yes [--with-events]  removes a customer with its content, tokens, widgets, media files and user
                                             points. A large customer takes minutes; the next start of the service
                                             continues an interrupted removal. Events and totals stay in the data
                                             folder, unless --with-events erases them too

  token add public|private [--label TEXT]    prints the token, once
  token list
  token remove ID

  origin add|remove https://www.shop.example     the origins of pages that may use the public tokens
  origin list
  host add|remove www.shop.example               the hosts that "Shop this product" may lead to
  host list

  goal add NAME                              prints the number that a tracker sends as idgoal
  goal list
  goal remove ID

  relay add https://SERVER --datamart NUMBER --key-id ID [--secret SECRET]
                                             signs activities and sends them on to a server; changes an existing relay.
                                             Other users can see --secret: VITRINE_RELAY_SECRET is safer.
                                             A private address needs VITRINE_RELAY_PRIVATE=allow, as for the service
  relay list
  relay remove ID                            removes a relay and its waiting activities

  style add NAME [--type olapic_slidev3] [--settings JSON]
  style list
  style remove ID

  instance add NAME --type best_photos|by_stream|by_category [--stream KEY | --category KEY]
               [--sorting recent|shuffled|photorank|rated|media_position] [--style NAME] [--id 32HEX]
  instance list
  instance remove ID

  moderate list                              lists the media that wait for a decision, oldest first
  moderate approve|reject MEDIA              shows a media, or hides it
  moderate before|after                      makes uploads wait for approval, or shows them at once
  moderate threshold NUMBER                  sets how many addresses must report an unapproved media to hide it
                                             (default 3). With 0, reports hide nothing

  permit list                                lists what is allowed without a private token
  permit trackers yes|no                     allows apps, servers and pages that hide their origin to track (default
                                             yes), or only pages of registered origins
  permit views yes|no                        allows pages to count product events (default no)

  events tail                                prints the latest events, and each new one: time, event, media, page and
                                             wire. Ctrl-C ends it
  events robots                              prints the events of robots in the last 30 days, which are counted and
                                             not stored
  events forget VISITOR [--with-joined | --without-joined] [--dry-run]
                                             erases the events of an analytics_id, its user points and its waiting
                                             relays, and prints a receipt. Totals stay. Ids that a page joined to it
                                             are listed, and erased only with --with-joined. --dry-run only counts
  events prune --older-than 400d             erases the events of all customers, or of one, that are older than at
                                             least 31 days. Totals stay. VITRINE_EVENTS_KEEP=400d does it every day

  totals rebuild                             rebuilds the totals of reports from the events. Stop the service first:
                                             it would answer 503 to all events meanwhile

All commands but "customer" and "totals" take --customer KEY, which is optional if there is only one customer. Without
it, "events prune" means all customers. VITRINE_DATA is the data folder.

Set up a shop:
  npm run admin -- customer add atelier --name "Atelier Nord" --domain www.atelier.example
  npm run admin -- origin add https://www.atelier.example --customer atelier
  npm run admin -- host add www.atelier.example --customer atelier
  npm run admin -- token add public --label "product pages" --customer atelier
  npm run admin -- instance add "Product page" --type by_stream --customer atelier
`;

/**
 * The usage of the commands that begin with a word. The whole help is longer than a terminal and would hide the error
 * above it.
 */
export function usageOf(word: string | undefined): string {
  let isOwn = false;
  const lines = HELP.slice(0, HELP.indexOf('\n\nAll commands but')).split('\n');
  const own = lines.filter((line) => {
    if (/^ {0,2}\S/.test(line)) isOwn = line.startsWith(`  ${word} `);
    return isOwn && line !== '';
  });
  return [...own, ...(own.length > 0 ? [''] : []), 'npm run admin -- --help shows all commands.'].join('\n');
}

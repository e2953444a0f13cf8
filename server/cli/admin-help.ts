/** What `npm run admin` says of itself. */
export const HELP = `npm run admin -- WHAT add|list|remove|… …

  customer add KEY --name NAME --domain DOMAIN [--language en_US] [--currency EUR] [--cookie-domain .DOMAIN]
  customer list
  customer remove KEY --yes [--with-events]  with all its content, tokens, widgets, media files and user points. It goes in
                                             short steps, a large one for minutes; a start of the service ends what was
                                             interrupted. Its events and their totals stay stored, unless
                                             --with-events erases them, too

  token add public|private [--label TEXT]    prints the token, once
  token list
  token remove ID

  origin add|remove https://www.shop.example     whose pages may use the public tokens
  origin list
  host add|remove www.shop.example               where "Shop this product" may lead
  host list

  goal add NAME                              prints the number that a tracker sends as idgoal
  goal list
  goal remove ID

  relay add https://SERVER --datamart NUMBER --key-id ID [--secret SECRET]
                                             whose activities we sign and send on; adding it again changes it.
                                             Better than --secret, which others see: VITRINE_RELAY_SECRET.
                                             To a private address only with VITRINE_RELAY_PRIVATE=allow, as the service
  relay list
  relay remove ID                            what waits for it is given up

  style add NAME [--type olapic_slidev3] [--settings JSON]
  style list
  style remove ID

  instance add NAME --type best_photos|by_stream|by_category [--stream KEY | --category KEY]
               [--sorting recent|shuffled|photorank|rated|media_position] [--style NAME] [--id 32HEX]
  instance list
  instance remove ID

  moderate list                              what waits for a decision, oldest first
  moderate approve|reject MEDIA              shown, or shown nowhere
  moderate before|after                      whether uploads wait for approval, or are shown at once
  moderate threshold NUMBER                  from how many addresses a media that nobody approved must be reported to be
                                             hidden (3); 0: reports hide nothing

  permit list                                what is allowed without a private token
  permit trackers yes|no                     whether apps, servers and pages that hide where they are may track (yes), or
                                             only pages of the origins that were added
  permit views yes|no                        whether pages may count product events (no)
  events tail                                prints the latest events, and then each as it arrives: when, what, which media,
                                             on which page, over which wire. Ctrl-C ends it

  events robots                              what robots sent in the last 30 days: it is counted and not stored

  events forget VISITOR [--with-joined | --without-joined] [--dry-run]
                                             erases the events of an analytics_id, its user points and what waits for
                                             relays, and prints a receipt; totals stay. Ids that a page joined to it by
                                             identify are listed, and erased only --with-joined. --dry-run counts
  events prune --older-than 400d             erases events of all customers, or of one, by their age, of at least 31
                                             days; totals stay. VITRINE_EVENTS_KEEP=400d does it every day

  totals rebuild                             counts what reports count by anew, from the events; stop the service first,
                                             or it answers 503 to all events until this is done

All but "customer" and "totals" take --customer KEY, which may be left out when there is only one ("events prune" then
means all). VITRINE_DATA is the data folder.

Set up a shop:
  npm run admin -- customer add atelier --name "Atelier Nord" --domain www.atelier.example
  npm run admin -- origin add https://www.atelier.example --customer atelier
  npm run admin -- host add www.atelier.example --customer atelier
  npm run admin -- token add public --label "product pages" --customer atelier
  npm run admin -- instance add "Product page" --type by_stream --customer atelier
`;

/** How the commands that begin with a word are written. All of them are longer than a terminal, and hide what is wrong. */
export function usageOf(what: string | undefined): string {
  let isOwn = false;
  const lines = HELP.slice(0, HELP.indexOf('\n\nAll but')).split('\n');
  const own = lines.filter((line) => {
    if (/^ {0,2}\S/.test(line)) isOwn = line.startsWith(`  ${what} `);
    return isOwn && line !== '';
  });
  return [...own, ...(own.length > 0 ? [''] : []), 'npm run admin -- --help shows all commands.'].join('\n');
}

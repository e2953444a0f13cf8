/** Words by which robots call themselves. */
const ROBOT =
  /bot\b|bot[/ ;_-]|crawl|spider|slurp|archiver|facebookexternalhit|headlesschrome|lighthouse|mediapartners|preview|scrap|validator|monitor|pingdom|wget/i;

/** Whether a User-Agent is that of a robot. One that says nothing is none: apps and importers often do not. */
export function isRobot(userAgent: string | undefined): boolean {
  return userAgent !== undefined && ROBOT.test(userAgent);
}

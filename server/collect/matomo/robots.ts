/** Words by which robots call themselves. Cubot makes telephones. */
const ROBOT =
  /(?<!\bcu)bot(?![a-z])|crawl|spider|slurp|archiver|facebookexternalhit|headlesschrome|lighthouse|mediapartners|preview|scrap|validator|monitor|pingdom|wget/i;

/** Whether a User-Agent is that of a robot. One that says nothing is none: apps and importers often do not. */
export function isRobot(userAgent: string | undefined): boolean {
  return userAgent !== undefined && ROBOT.test(userAgent);
}

import { describe, expect, test } from 'vitest';
import { robotOf } from './robots.ts';

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('a robot', () => {
  test.each([
    [
      'google',
      `Mozilla/5.0 ${CHROME.replace(')', '; compatible; Googlebot/2.1; +http://www.google.com/bot.html)')} Chrome/141.0.0.0 Safari/537.36`,
    ],
    ['google', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
    ['google', 'AdsBot-Google (+http://www.google.com/adsbot.html)'],
    ['google', 'Mediapartners-Google'],
    ['google', 'Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)'],
    [
      'bing',
      `Mozilla/5.0 ${CHROME.replace(')', '; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)')} Chrome/116.0 Safari/537.36`,
    ],
    ['bing', `Mozilla/5.0 (Windows NT 10.0) ${CHROME} Chrome/100.0 Safari/537.36 BingPreview/1.0b`],
    ['ai', `Mozilla/5.0 ${CHROME.replace(')', '; compatible; GPTBot/1.2; +https://openai.com/gptbot)')}`],
    ['ai', 'Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)'],
    ['ai', 'CCBot/2.0 (https://commoncrawl.org/faq/)'],
    ['headless', `Mozilla/5.0 (X11; Linux x86_64) ${CHROME} HeadlessChrome/141.0.0.0 Safari/537.36`],
    [
      'headless',
      'Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1',
    ],
    [
      'measuring',
      `Mozilla/5.0 (Linux; Android 11; moto g power) ${CHROME} Chrome/141.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse`,
    ],
    ['measuring', `Mozilla/5.0 (Windows NT 10.0) ${CHROME} Chrome/140.0 Safari/537.36 PTST/240101.000000`],
    ['monitor', 'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)'],
    ['monitor', 'Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)'],
    ['preview', 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)'],
    ['preview', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
    ['preview', 'Twitterbot/1.0'],
    ['preview', 'WhatsApp/2.23.20.0'],
    ['preview', 'TelegramBot (like TwitterBot)'],
    ['preview', 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)'],
    ['other', 'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)'],
    ['other', 'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)'],
    ['other', 'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)'],
    ['other', 'Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)'],
    ['other', 'DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)'],
    [
      'other',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 Version/13.1 Safari/605.1.15 (Applebot/0.1)',
    ],
    ['other', 'ia_archiver'],
    ['other', 'Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)'],
    ['other', 'Scrapy/2.11.0 (+https://scrapy.org)'],
    ['other', 'W3C_Validator/1.3'],
  ])('of %s: %s', (family, userAgent) => {
    expect(robotOf(userAgent)).toBe(family);
  });
});

describe('no robot', () => {
  test.each([
    undefined,
    '',
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Chrome/141.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`,
    `Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0`,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/480.0.0]',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 340.0.0',
    `Mozilla/5.0 (Linux; Android 14; SM-S921B; wv) ${CHROME} Version/4.0 Chrome/140.0 Mobile Safari/537.36 [Pinterest/Android]`,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [LinkedInApp]/9.30',
    `Mozilla/5.0 (Linux; Android 14) ${CHROME} SamsungBrowser/26.0 Chrome/122.0 Mobile Safari/537.36`,
    `Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) ${CHROME} Chrome/90.0 Mobile Safari/537.36`,
    `Mozilla/5.0 (Linux; Android 10; CUBOT) ${CHROME} Chrome/90.0 Mobile Safari/537.36`,
    'Piwik/LogImport',
    // What shops' apps and servers send with.
    ...['curl/8.5.0', 'okhttp/4.12.0', 'python-requests/2.32.3', 'Python-urllib/3.12', 'axios/1.7.2', 'node', 'undici'],
    ...['Go-http-client/2.0', 'Java/17.0.2', 'Apache-HttpClient/4.5.14 (Java/17)', 'Dart/3.4 (dart:io)', 'Ruby'],
    ...[
      'GuzzleHttp/7',
      'libwww-perl/6.72',
      'PostmanRuntime/7.39',
      'Shop/12 CFNetwork/1490.0.4 Darwin/23.2.0',
      'Wget/1.21',
    ],
  ])('%s', (userAgent) => {
    expect(robotOf(userAgent)).toBeUndefined();
  });
});

test('the family of a User-Agent is cached, and the cache is bounded', () => {
  for (let n = 0; n < 5_000; n++) expect(robotOf(`Firefox/${n}`)).toBeUndefined();
  for (let n = 0; n < 2; n++) expect(robotOf('Twitterbot/1.0')).toBe('preview');
});

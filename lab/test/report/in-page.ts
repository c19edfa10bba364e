/**
 * Expressions that run inside a page, as text: the types of a browser are not those of the lab.
 * Each is given to `page.evaluate`.
 */

export const contentWidthPx: string = 'document.documentElement.scrollWidth';
export const ground: string = 'getComputedStyle(document.body).backgroundColor';
export const focusedText: string = 'document.activeElement.textContent';
export const headingLevels: string =
  "[...document.querySelectorAll('h1, h2, h3, h4')].map((heading) => Number(heading.tagName.slice(1)))";

/** The texts of charts that leave the frame of their chart. */
export const cutChartTexts: string = `
[...document.querySelectorAll('.chart svg text')].flatMap((text) => {
  const box = text.getBoundingClientRect();
  const frame = text.closest('svg').getBoundingClientRect();
  const isCut = box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
  return box.width > 0 && isCut ? [text.textContent] : [];
})`;

/** The cards of the summary whose content is wider than they are; a command scrolls within itself. */
export const cutCards: string = `
[...document.querySelectorAll('.card')].flatMap((card) => {
  const frame = card.getBoundingClientRect();
  const isCut = card.scrollWidth > card.clientWidth || frame.right > innerWidth || frame.left < 0;
  return isCut ? [card.querySelector('.choice').textContent] : [];
})`;

/**
 * The visible texts whose contrast with the ground behind them is below WCAG AA: 4.5 to 1, or 3 to 1 from 24 px on
 * (18.66 px when bold).
 */
export const lowContrast: string = `
(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (canvas === null) return ['no canvas to read colours with'];
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour)
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  };
  const ground = (element) => {
    if (element === null) return 'white';
    const colour = getComputedStyle(element).backgroundColor;
    return channels(colour)[3] === 1 ? colour : ground(element.parentElement);
  };
  const texts = [...document.querySelectorAll('body *')].filter((element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== ''),
  );
  return texts.flatMap((element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const isHalo = element instanceof SVGElement && style.stroke !== 'none';
    if (box.width === 0 || style.visibility === 'hidden' || isHalo || element.matches('script, style, .skip'))
      return [];
    const colour = element instanceof SVGElement ? style.fill : style.color;
    const [light, dark] = [luminance(colour), luminance(ground(element))].sort((a, b) => b - a);
    const ratio = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
    const sizePx = Number.parseFloat(style.fontSize);
    const isLarge = sizePx >= 24 || (sizePx >= 18.66 && Number(style.fontWeight) >= 700);
    return ratio < (isLarge ? 3 : 4.5) ? [\`\${ratio.toFixed(2)}: \${element.textContent?.slice(0, 40)}\`] : [];
  });
})()`;

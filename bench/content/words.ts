/** Words that captions are put together from, in the languages that customers write in. */
export const WORDS =
  `the and a to of in on for with my our this that it is was you we they at from not but so all just one day
home house wall room kitchen table window light morning evening summer winter autumn spring sunday weekend coffee tea
breakfast dinner garden flowers tulips book shelf corner chair sofa bed lamp poster print frame mug vase bowl plate
glass wood oak linen cotton wool colour blue green yellow pink white black warm cold soft bright little big new old
favourite lovely perfect happy finally arrived unboxing gift birthday wedding friend sister mother husband dog cat
love loved loving waiting worth every penny thanks thank again always never still almost before after outside inside
walking beach sea mountain city street market shop studio office train weather rain sun snow sky golden hour photo
picture made makes making found bought wearing wore outfit dress shirt jeans shoes boots coat scarf bag ring hat
el la los las un una de que y en mi con para por esta este casa luz mañana noche café mesa flores otoño primavera
por fin terminado rincón leer cocina ventana regalo amor siempre nueva nuevo bonito bonita gracias verano invierno
le les des du et est dans mon ma avec pour sur cette maison lumière matin soir fleurs cuisine fenêtre cadeau enfin
der die das und ein eine ist im mit für auf unser mein Haus Licht Morgen Abend Küche Fenster Tisch Blumen Herbst endlich
il lo gli della nel con per casa luce mattina sera cucina finestra tavolo fiori regalo finalmente bello bella
o os as da do na no com para minha meu luz manhã tarde cozinha janela presente enfim lindo linda obrigado
☀️ 🌿 🌷 ✨ 🌊 🐟 🍋 📦 💛 🥐 ☕ 🪨 🥞 😍 🙌 🐶 🎁 🍂 ❄️ 🌸
#home #interior #ootd #homedecor #sundaymood #vintage #handmade #minimal #details #slowliving #autumnvibes #newin`
    .split(/\s+/)
    .filter(Boolean);

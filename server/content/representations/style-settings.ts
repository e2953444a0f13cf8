/** The default settings of the style types in the specification, with the values of its examples. */
const SETTINGS: Record<string, Readonly<Record<string, unknown>>> = {
  olapic_slidev3: {
    help_link: true,
    stream_link: '1',
    stream_link_custom: '',
    img_size: 'mobile',
    photos_limit: '20',
    slide_mode: '1',
    slide_by: '1',
    minInfinite: 0,
    infinite: '0',
    auto_play: '0',
    interval: 0,
    duration: 3000,
    js_animation: '0',
  },
  olapic_wallv2: {
    title: '',
    upload_button_text: '',
    all_photos_text: '',
    img_size: 'mobile',
    sorting: 'packery',
    page_limit: '20',
    page_batch: '7',
    external_batch: false,
    scroll_element: 0,
    call_to_action: '',
    thumbnail_size: 'mobile',
    streams_filter: '0',
    streams_filter_show_all: '0',
    streams_list: [],
    streams_order: [],
    categories_list: [],
    categories_filter: false,
    categories_order: [],
    allow_views: false,
    default_view: 'grid',
    sticky_menu: '0',
    allow_gotop: '0',
    items_get_categories: '0',
    shop_this_look: '1',
  },
  buttonv2: { help_link: true, call_to_action: '' },
};

export function styleSettings(type: string): Readonly<Record<string, unknown>> {
  return Object.hasOwn(SETTINGS, type) ? (SETTINGS[type] as Readonly<Record<string, unknown>>) : {};
}

import sharp from 'sharp';

/** sharp for files of strangers. All code of the service imports it from here. */

// libvips detects the format itself, and has loaders for many formats. Only those of accepted formats are allowed.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif'].map((name) => `VipsForeignLoad${name}Buffer`) });
// The cache of decoded pictures is off. No picture is decoded twice, and without it memory stays flat over an import.
sharp.cache(false);

export default sharp;

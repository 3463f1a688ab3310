//! The seed of a device as a picture: the address that authenticator programs read, as a QR code, as a PNG file.

use qrcodegen::{QrCode, QrCodeEcc};
use rolecall_names::AccountId;

/// Pixels to a module's side.
const SCALE: usize = 4;

/// Modules of white around the code (ISO/IEC 18004 demands four).
const MARGIN: usize = 4;

/// `otpauth://totp/device@account?secret=SEED`.
///
/// Source: IAM API Reference, `VirtualMFADevice`, `QRCodePNG`. The name's characters are those of `[\w+=,.@-]`, of which
/// some have a meaning of their own in an address.
pub(super) fn otpauth(device: &str, account: AccountId, seed: &str) -> String {
    let device = device.replace('+', "%2B").replace('=', "%3D").replace(',', "%2C").replace('@', "%40");
    format!("otpauth://totp/{device}@{account}?secret={seed}")
}

/// The picture; `None` where the text is longer than a QR code can hold, which no address is.
pub(super) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let modules = usize::try_from(code.size()).ok()?;
    let side = (modules + 2 * MARGIN) * SCALE;
    // One bit a pixel, 1 being white, rows filled up to whole bytes.
    let mut rows = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..side {
        for byte in 0..side.div_ceil(8) {
            let pixel = |bit: usize| u8::from(!dark(&code, byte * 8 + bit, y)) << (7 - bit);
            rows.push((0..8).map(pixel).sum());
        }
    }
    let mut file = Vec::new();
    let side = u32::try_from(side).ok()?;
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header().ok()?.write_image_data(&rows).ok()?;
    Some(file)
}

fn dark(code: &QrCode, x: usize, y: usize) -> bool {
    let module = |pixel: usize| (pixel / SCALE).checked_sub(MARGIN).and_then(|module| i32::try_from(module).ok());
    // Beyond the code's own modules everything is light.
    module(x).zip(module(y)).is_some_and(|(x, y)| code.get_module(x, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_holds_the_code_module_by_module() {
        let account = "111111111111".parse().unwrap();
        let text = otpauth("a+b@c", account, &"A".repeat(64));
        assert_eq!(text, format!("otpauth://totp/a%2Bb%40c@111111111111?secret={}", "A".repeat(64)));
        let file = png(&text).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let code = QrCode::encode_text(&text, QrCodeEcc::Medium).unwrap();
        let modules = usize::try_from(code.size()).unwrap();
        assert_eq!(info.width as usize, (modules + 8) * SCALE);
        for y in 0..modules {
            for x in 0..modules {
                let (px, py) = ((x + MARGIN) * SCALE + 1, (y + MARGIN) * SCALE + 1);
                let white = pixels[py * info.line_size + px / 8] >> (7 - px % 8) & 1 == 1;
                assert_eq!(!white, code.get_module(x as i32, y as i32), "{x}, {y}");
            }
        }
        assert_eq!(pixels[0], 0xff, "the margin is white");
    }

    #[test]
    fn what_no_code_can_hold_has_no_picture() {
        assert_eq!(png(&"x".repeat(4000)), None);
    }
}

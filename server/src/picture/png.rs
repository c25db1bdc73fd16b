//! A canvas as a PNG file (ISO/IEC 15948): eight bits each of red, green and blue.

use std::io::Write as _;

use flate2::{Compression, Crc, write::ZlibEncoder};

use super::canvas::Canvas;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Depth 8, red-green-blue, the one compression, the one set of filters, no interlacing.
const KIND: [u8; 5] = [8, 2, 0, 0, 0];
/// A row as it is: what is drawn is flat, and equal rows compress by themselves.
const NO_FILTER: u8 = 0;

/// The file; none where the canvas is larger than a PNG may be.
pub(super) fn file(canvas: &Canvas) -> Option<Vec<u8>> {
    let size = |length: usize| Some(u32::try_from(length).ok()?.to_be_bytes());
    let head = [&size(canvas.width())?[..], &size(canvas.height())?, &KIND].concat();
    let mut pixels = ZlibEncoder::new(vec![], Compression::default());
    for row in canvas.rows() {
        // Into memory: that does not fail.
        pixels.write_all(&[NO_FILTER]).and_then(|()| pixels.write_all(row)).ok()?;
    }
    let mut png = SIGNATURE.to_vec();
    chunk(&mut png, *b"IHDR", &head)?;
    chunk(&mut png, *b"IDAT", &pixels.finish().ok()?)?;
    chunk(&mut png, *b"IEND", &[])?;
    Some(png)
}

/// Length, name, content, and a check sum of the last two.
fn chunk(png: &mut Vec<u8>, name: [u8; 4], content: &[u8]) -> Option<()> {
    let mut sum = Crc::new();
    sum.update(&name);
    sum.update(content);
    png.extend(u32::try_from(content.len()).ok()?.to_be_bytes());
    png.extend(name);
    png.extend(content);
    png.extend(sum.sum().to_be_bytes());
    Some(())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use app::chart::drawing::Colour;
    use flate2::read::ZlibDecoder;

    use super::*;

    #[test]
    fn a_file_holds_the_pixels() {
        let mut canvas = Canvas::new(2.0, 1.0, 10).unwrap();
        canvas.rect(1.0, 0.0, 1.0, 1.0, Colour(1, 2, 3));
        let png = file(&canvas).unwrap();
        assert_eq!(&png[..33], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01\x08\x02\0\0\0\x7b\x40\xe8\xdd");
        let length = u32::from_be_bytes(png[33..37].try_into().unwrap()) as usize;
        let mut pixels = vec![];
        ZlibDecoder::new(&png[41..41 + length]).read_to_end(&mut pixels).unwrap();
        assert_eq!(pixels, [0, 255, 255, 255, 1, 2, 3]);
        assert!(png.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82"));
    }
}

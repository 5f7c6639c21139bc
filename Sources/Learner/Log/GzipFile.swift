import CZlib
import Foundation

/// Reads a whole file, gzip or plain.
enum GzipFile {
    static let bytesMax = 1 << 30

    /// - Throws: `AnswerLogError`.
    static func read(_ path: String) throws -> [UInt8] {
        let stored: Data
        do {
            stored = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw AnswerLogError.unreadable(path: path, reason: "\(error.localizedDescription)")
        }
        guard stored.starts(with: [0x1F, 0x8B]) else {
            guard stored.count <= bytesMax else { throw AnswerLogError.tooLong(path: path, bytesMax: bytesMax) }
            return [UInt8](stored)
        }
        return try inflated([UInt8](stored), path: path)
    }

    /// Inflates one gzip member after another until the input ends.
    private static func inflated(_ stored: [UInt8], path: String) throws -> [UInt8] {
        var stream = z_stream()
        // 15 bits of window, and 16 for a gzip header instead of zlib's.
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw AnswerLogError.gzip(path: path, reason: "zlib does not start")
        }
        defer { inflateEnd(&stream) }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var input = stored
        return try input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            while true {
                let status = chunk.withUnsafeMutableBufferPointer { room in
                    stream.next_out = room.baseAddress
                    stream.avail_out = UInt32(room.count)
                    return inflate(&stream, Z_NO_FLUSH)
                }
                guard status == Z_OK || status == Z_STREAM_END else {
                    throw AnswerLogError.gzip(path: path, reason: "zlib's status is \(status)")
                }
                text.append(contentsOf: chunk[..<(chunk.count - Int(stream.avail_out))])
                guard text.count <= bytesMax else { throw AnswerLogError.tooLong(path: path, bytesMax: bytesMax) }
                if status == Z_STREAM_END {
                    guard stream.avail_in > 0 else { return text }
                    inflateReset(&stream)
                } else if stream.avail_in == 0, stream.avail_out > 0 {
                    throw AnswerLogError.gzip(path: path, reason: "it ends too early")
                }
            }
        }
    }
}

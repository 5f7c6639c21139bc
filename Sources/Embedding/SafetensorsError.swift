/// What is wrong with a safetensors file.
public enum SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file ends inside its header.
    case truncatedHeader(headerBytes: UInt64, fileBytes: Int)
    /// The header claims to be larger than any real one.
    case headerTooLarge(headerBytes: UInt64, headerBytesMax: Int)
    /// The header is no JSON object of tensors.
    case malformedHeader(reason: String)
    /// A tensor lies outside the file, ends before it begins or is not where its elements can be read.
    case badOffsets(name: String, begin: Int, end: Int, dataBytes: Int)
    /// A tensor's shape does not fit its bytes.
    case wrongLength(name: String, shape: [Int], bytes: Int)
    /// Two tensors share bytes.
    case overlap(name: String, other: String)

    public var description: String {
        switch self {
        case .truncatedHeader(let header, let file):
            "its header needs \(header) bytes and the file has \(file): it is truncated"
        case .headerTooLarge(let header, let max): "its header has \(header) bytes, at most \(max) are allowed"
        case .malformedHeader(let reason): "its header cannot be read (\(reason))"
        case .badOffsets(let name, let begin, let end, let data):
            "the tensor \(name) lies at \(begin)..<\(end) of \(data) bytes of data: it must lie within them, in order and "
                + "aligned to its elements"
        case .wrongLength(let name, let shape, let bytes):
            "the tensor \(name) has \(bytes) bytes, which is not what the shape \(shape) needs"
        case .overlap(let name, let other): "the tensors \(name) and \(other) share bytes"
        }
    }
}

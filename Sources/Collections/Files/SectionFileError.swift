/// Why a segment file or manifest was refused. Nothing of a refused file is used.
public enum SectionFileError: Error, Equatable, CustomStringConvertible {
    case tooShort(bytes: Int, bytesMin: Int)
    /// Not a file of this type.
    case magic(came: UInt64, allowed: UInt64)
    case byteOrder(came: UInt32, allowed: UInt32)
    case version(came: UInt32, allowed: UInt32)
    /// A number of the header or of the table is not the one that follows from the others, or out of its range.
    case number(field: String, came: UInt64, allowed: String)
    case checksum(of: String, came: UInt32, allowed: UInt32)
    /// A section that does not stand where it should.
    case section(came: String, allowed: String)
    case elementCount(section: String, came: Int, allowed: Int)
    /// The contents of a section do not fit the rest.
    case contents(section: String, problem: String)

    public var description: String {
        switch self {
        case .tooShort(let bytes, let bytesMin): "it has \(bytes) bytes, allowed are \(bytesMin) or more"
        case .magic(let came, let allowed):
            "it begins with \(Self.hexadecimal(came)), allowed is \(Self.hexadecimal(allowed))"
        case .byteOrder(let came, let allowed):
            "its byte order mark is \(Self.hexadecimal(came)), allowed is \(Self.hexadecimal(allowed))"
        case .version(let came, let allowed): "its format has the version \(came), allowed is \(allowed)"
        case .number(let field, let came, let allowed): "its \(field) is \(came), allowed is \(allowed)"
        case .checksum(let part, let came, let allowed):
            "the checksum of its \(part) is \(Self.hexadecimal(came)), allowed is \(Self.hexadecimal(allowed))"
        case .section(let came, let allowed): "\(came) stands where \(allowed) should"
        case .elementCount(let section, let came, let allowed):
            "its \(section) has \(came) elements, allowed are \(allowed)"
        case .contents(let section, let problem): "its \(section) is wrong: \(problem)"
        }
    }

    private static func hexadecimal(_ number: some BinaryInteger) -> String { "0x" + String(number, radix: 16) }
}

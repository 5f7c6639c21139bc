/// `numeric` in binary as decimal text.
///
/// Four 16-bit fields (digit count, weight of the first digit, sign, digits after the point), then base-10,000 digits.
enum NumericText {
    private enum Sign {
        static let positive: UInt16 = 0x0000
        static let negative: UInt16 = 0x4000
        static let notANumber: UInt16 = 0xC000
        static let infinity: UInt16 = 0xD000
        static let minusInfinity: UInt16 = 0xF000
    }

    static func decode(_ bytes: RawSpan) throws -> String {
        var reader = BinaryReader(byteCount: bytes.byteCount)
        let digitCount = Int(try reader.integer(bytes) as Int16)
        let weight = Int(try reader.integer(bytes) as Int16)
        let sign: UInt16 = try reader.integer(bytes)
        let scale = Int(try reader.integer(bytes) as Int16)
        switch sign {
        case Sign.notANumber: return "NaN"
        case Sign.infinity: return "Infinity"
        case Sign.minusInfinity: return "-Infinity"
        case Sign.positive, Sign.negative: break
        default: throw PostgresCellError.malformed("an unknown sign of numeric")
        }
        guard digitCount >= 0, scale >= 0 else { throw PostgresCellError.malformed("a negative count in numeric") }
        var digits: [Int16] = []
        for _ in 0..<digitCount { digits.append(try reader.integer(bytes)) }
        func group(_ position: Int) -> String {
            let index = weight - position
            let text = digits.indices.contains(index) ? String(digits[index]) : "0"
            return String(repeating: "0", count: 4 - text.count) + text
        }
        var whole = stride(from: max(weight, 0), through: 0, by: -1).map(group).joined()[...]
        whole = whole.drop { $0 == "0" }
        let groupsAfterPoint = (scale + 3) / 4
        let fraction = (0..<groupsAfterPoint).map { group(-1 - $0) }.joined().prefix(scale)
        let magnitude = (whole.isEmpty ? "0" : String(whole)) + (scale > 0 ? "." + fraction : "")
        return sign == Sign.negative ? "-" + magnitude : magnitude
    }
}

/// The rows of a text of comma-separated values (RFC 4180): quoted fields may hold commas, line ends and doubled quotes.
struct CSVRows {
    struct Row: Equatable {
        /// Where the row begins, from 1.
        let line: Int
        var fields: [String]
        /// Whether the text ended inside a quoted field.
        var isUnterminated = false
    }

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next row; nil at the end.
    mutating func next() -> Row? {
        guard index < bytes.count else { return nil }
        var row = Row(line: line, fields: [])
        var field: [UInt8] = []
        while true {
            guard index < bytes.count else {
                row.fields.append(String(decoding: field, as: UTF8.self))
                return row
            }
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\"") where field.isEmpty:
                row.isUnterminated = !readQuoted(into: &field)
            case UInt8(ascii: ","):
                row.fields.append(String(decoding: field, as: UTF8.self))
                field = []
            case UInt8(ascii: "\r") where index < bytes.count && bytes[index] == UInt8(ascii: "\n"): continue
            case UInt8(ascii: "\n"):
                line += 1
                row.fields.append(String(decoding: field, as: UTF8.self))
                return row
            default: field.append(byte)
            }
        }
    }

    /// Reads to the closing quote; false when there is none.
    private mutating func readQuoted(into field: inout [UInt8]) -> Bool {
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte == UInt8(ascii: "\"") else {
                field.append(byte)
                continue
            }
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return true }
            field.append(byte)
            index += 1
        }
        return false
    }
}

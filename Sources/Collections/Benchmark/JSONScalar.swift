/// A value in a file of payloads or filters.
enum JSONScalar: Sendable, Hashable, Decodable {
    case null
    case string(String)
    case strings([String])
    case bool(Bool)
    case integer(Int64)
    case number(Double)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        func value<Value: Decodable>(_ type: Value.Type) -> Value? {
            do { return try container.decode(type) } catch { return nil }
        }
        if container.decodeNil() {
            self = .null
        } else if let string = value(String.self) {
            self = .string(string)
        } else if let integer = value(Int64.self) {
            self = .integer(integer)
        } else if let strings = value([String].self) {
            self = .strings(strings)
        } else if let bool = value(Bool.self) {
            self = .bool(bool)
        } else if let number = value(Double.self) {
            self = .number(number)
        } else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "allowed are a string, a number, true, false, null and a list of strings")
        }
    }

    /// What came, for messages.
    var name: String {
        switch self {
        case .null: "null"
        case .string: "a string"
        case .strings: "a list of strings"
        case .bool: "true or false"
        case .integer: "a whole number"
        case .number: "a fraction"
        }
    }
}

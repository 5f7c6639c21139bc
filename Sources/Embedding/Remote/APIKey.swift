/// The key of a provider. It is never shown: printing, logging or reflecting it gives asterisks.
public struct APIKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Why a text cannot be a key. The text itself is not told.
    public enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
        case empty
        /// Counted from 0.
        case badCharacter(position: Int)

        public var description: String {
            switch self {
            case .empty: "is empty"
            case .badCharacter(let position):
                "has a character at position \(position) that cannot stand in a header: only visible ASCII is allowed"
            }
        }
    }

    /// What stands in place of the key.
    static let asterisks = "********"
    /// A part of the key this long is masked too: servers and truncation cut keys in two.
    private static let partBytes = 8

    private let value: String

    /// - Throws: `Problem` when it could not be sent in a header.
    public init(_ value: String) throws(Problem) {
        if value.isEmpty { throw .empty }
        for (position, byte) in value.utf8.enumerated() where !(0x21...0x7E).contains(byte) {
            throw .badCharacter(position: position)
        }
        self.value = value
    }

    /// The value of the header `Authorization`, for the one place that sends it.
    var authorization: String { "Bearer \(value)" }

    /// The text with every part of the key of eight bytes or more, or the whole of a shorter key, replaced by asterisks.
    /// O(length of the text).
    func masking(_ text: String) -> String {
        let key = Array(value.utf8)
        let bytes = Array(text.utf8)
        let width = min(key.count, Self.partBytes)
        guard bytes.count >= width else { return text }
        let parts = Set((0...key.count - width).map { key[$0..<$0 + width] })
        var hidden: [Range<Int>] = []
        for start in 0...bytes.count - width where parts.contains(bytes[start..<start + width]) {
            let begin = hidden.last.map { $0.upperBound >= start ? hidden.removeLast().lowerBound : start } ?? start
            hidden.append(begin..<start + width)
        }
        var masked: [UInt8] = []
        var copied = 0
        for range in hidden {
            masked += bytes[copied..<range.lowerBound] + Array(Self.asterisks.utf8)
            copied = range.upperBound
        }
        masked += bytes[copied...]
        return String(decoding: masked, as: UTF8.self)
    }

    public var description: String { Self.asterisks }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// JSON as text. As a parameter it is `jsonb`; it is decoded from `jsonb` and from `json`.
///
/// The text is not checked here: the server refuses what is no JSON. It gives `jsonb` back with its own white space
/// and order of keys, and the last of equal keys only.
public struct JSONText: Hashable, Sendable {
    public var text: String

    public init(_ text: String) { self.text = text }

    /// The first byte of `jsonb` in binary.
    static let jsonbVersion: UInt8 = 1
}

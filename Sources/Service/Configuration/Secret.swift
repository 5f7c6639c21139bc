/// A value that must not be shown: printing, logging or reflecting it gives asterisks.
struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The value itself, for the one place that uses it.
    let revealed: String

    init(_ value: String) { revealed = value }

    var description: String { "********" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}

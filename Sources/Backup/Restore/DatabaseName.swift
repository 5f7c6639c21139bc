/// The name of a database that a restore makes or fills: letters, digits, `_` and `-`, at most 63 bytes.
///
/// PostgreSQL allows more, and libpq reads some of it as settings of a connection.
struct DatabaseName: Equatable {
    static let bytesMax = 63

    let text: String

    /// - Throws: `BackupError.invalidName`.
    init(_ text: String, option: String) throws(BackupError) {
        let allowed = { (byte: UInt8) in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
            default: false
            }
        }
        guard !text.isEmpty, text.utf8.count <= Self.bytesMax, text.utf8.allSatisfy(allowed),
            !["postgres", "template0", "template1"].contains(text)
        else {
            throw .invalidName(
                option: option, value: text,
                allowed: "1 to \(Self.bytesMax) letters, digits, _ and -, and none of the server's own databases")
        }
        self.text = text
    }

    /// A name that tells where it comes from and fits: `base_suffix`, its beginning cut where it is too long.
    func with(suffix: String) -> String {
        String(text.prefix(Self.bytesMax - suffix.utf8.count - 1)) + "_" + suffix
    }
}

import Backup
import Catalog
import Foundation

/// `erasures.jsonl` beside the backups: a copy of the ledger that outlives the database, so that no restore brings back what
/// was erased after the backup. It only ever grows.
struct ErasureFile: Sendable {
    static let name = "erasures.jsonl"
    private static let bytesMax: UInt64 = 256 << 20

    let folder: BackupFolder

    init(folder: String) { self.folder = BackupFolder(folder) }

    /// - Returns: nothing where there is no such file.
    /// - Throws: `BackupError.file`; `ErasureFileError` for a line that is something else.
    func entries() async throws -> [ErasureLedger.Entry] {
        try Self.decode(try await folder.content(of: Self.name, bytesMax: Self.bytesMax))
    }

    /// Adds what is not in it yet; written whole or not at all.
    func add(_ entries: [ErasureLedger.Entry]) async throws {
        try await folder.rewrite(Self.name, bytesMax: Self.bytesMax) { content in
            let old = try Self.decode(content)
            let known = Set(old.map(Self.key))
            let new = entries.filter { !known.contains(Self.key($0)) }
            return new.isEmpty ? nil : try Self.encode(old + new)
        }
    }

    private static func key(_ entry: ErasureLedger.Entry) -> String { "\(entry.kind.rawValue) \(entry.id)" }

    private static func decode(_ content: Data?) throws -> [ErasureLedger.Entry] {
        guard let content else { return [] }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .iso8601
        return try content.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
            do {
                return try decoder.decode(ErasureLedger.Entry.self, from: line)
            } catch is DecodingError {
                throw ErasureFileError(line: number + 1)
            }
        }
    }

    private static func encode(_ entries: [ErasureLedger.Entry]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys]
        var content = Data()
        for entry in entries {
            content += try encoder.encode(entry)
            content.append(UInt8(ascii: "\n"))
        }
        return content
    }
}

/// A line of `erasures.jsonl` that is no entry: somebody has edited it, or the disk lost part of it.
struct ErasureFileError: Error, Equatable, CustomStringConvertible {
    let line: Int

    var description: String {
        "\(ErasureFile.name): line \(line) is not an erasure; put back the line from a copy of the file, or remove it"
    }
}

import Foundation

/// The files of the vector engine, as parts of an archive. Calls block.
struct IndexFiles: Sendable {
    private static let filesMax = 100_000
    private static let pieceBytes = 1 << 20

    let folder: String

    /// Plain files of the folder and those below it, by path; the engine's lock files are of no use elsewhere.
    func copy(to writer: ArchiveWriter) throws {
        for path in try paths() {
            try BackgroundThread.checkCancellation()
            let file = try InputFile(folder + "/" + path)
            writer.begin(part: ArchiveEnvelope.indexPartPrefix + path)
            var offset: UInt64 = 0
            while offset < file.byteCount {
                try BackgroundThread.checkCancellation()
                let count = Int(min(UInt64(Self.pieceBytes), file.byteCount - offset))
                try writer.append(try file.read(at: offset, count: count))
                offset += UInt64(count)
            }
            try writer.endPart()
        }
    }

    /// Writes the parts of an archive as files below a folder that is made here.
    func extract(from reader: ArchiveReader, key: BackupKey?) throws {
        guard mkdir(folder, 0o700) == 0 else { throw BackupError.system("make the folder", folder) }
        for part in reader.envelope.parts where part.name.hasPrefix(ArchiveEnvelope.indexPartPrefix) {
            let path = String(part.name.dropFirst(ArchiveEnvelope.indexPartPrefix.count))
            let names = path.split(separator: "/", omittingEmptySubsequences: false)
            guard !names.contains(where: { ["", ".", ".."].contains($0) }) else {
                throw BackupError.damaged(path: reader.path, part: part.name, reason: "its name leads elsewhere")
            }
            var below = folder
            for name in names.dropLast() {
                below += "/" + name
                try BackupFolder.make(below)
            }
            let file = try OutputFile(creating: folder + "/" + path)
            try reader.read(part: part.name, key: key) { try file.write($0) }
            try file.synchronise()
            try OutputFile.synchronise(folder: below)
        }
        try OutputFile.synchronise(folder: folder)
    }

    private func paths() throws -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        } catch {
            throw BackupError.file(operation: "list", path: folder, reason: (error as NSError).localizedDescription)
        }
        guard names.count <= Self.filesMax else {
            throw BackupError.file(
                operation: "copy", path: folder, reason: "it has \(names.count) files, allowed are \(Self.filesMax)")
        }
        return names.filter { name in
            var status = stat()
            let isPlain = lstat(folder + "/" + name, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            return isPlain && (name as NSString).lastPathComponent != "lock"
        }
    }
}

import ArgumentParser
import Backup
import Foundation

/// `greenroom backup verify --from DIR`
struct BackupVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read backups in full and check everything that can be checked.",
        discussion: """
            Compares every checksum; with the key every chunk is decrypted too. The exit code is 1 when one of them is not \
            right. 'greenroom restore --verify-only' also restores it.
            """)

    private struct Line: Encodable {
        let file: String
        let verification: Verification?
        let failure: String?
    }

    @Option(help: "The folder with the archives, all of which are verified, or one archive.") var from: String
    @Option(help: "The file with the key of encrypted archives.") var encryptKeyFile: String?
    @OptionGroup var running: RunningOptions
    @Flag(help: "Print the result as JSON.") var json = false

    func run() async throws {
        let key = try BackupCommand.key(encryptKeyFile)
        let lines = try await running.interruptible {
            var lines: [Line] = []
            for archive in try await Self.archives(in: from) {
                lines.append(try await Self.verify(archive, key: key))
            }
            return lines
        }
        if json {
            try CommandOutput.json(lines)
        } else {
            for line in lines { CommandOutput.line(Self.text(line)) }
        }
        if lines.contains(where: { $0.failure != nil }) { throw ExitCode(1) }
    }

    private static func text(_ line: Line) -> String {
        guard let result = line.verification else { return "FAILED \(line.failure ?? line.file)" }
        let depth = result.decrypted ? "checksums and encryption" : "checksums"
        let rows = result.rows.map { ", \($0) rows in \(result.tables ?? 0) tables" } ?? ""
        return "\(line.file): \(depth) right\(rows), \(BackupCommand.megabytes(result.bytes)) in "
            + BackupCommand.seconds(result.seconds)
    }

    private static func archives(in path: String) async throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return [path]
        }
        let folder = BackupFolder(path)
        let files = try await folder.entries().filter { $0.state == .good || $0.state == .damaged }
        if files.isEmpty { throw BackupError.noGoodBackup(folder: path) }
        return files.map { folder.path + "/" + $0.file }
    }

    private static func verify(_ archive: String, key: BackupKey?) async throws -> Line {
        do {
            return Line(
                file: archive, verification: try await Verification.run(archive: archive, key: key), failure: nil)
        } catch let error as BackupError {
            return Line(file: archive, verification: nil, failure: "\(error)")
        }
    }
}

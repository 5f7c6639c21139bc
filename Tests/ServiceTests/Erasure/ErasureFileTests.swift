import Catalog
import Foundation
import Testing

@testable import greenroom

@Suite struct ErasureFileTests {
    @Test func growsByWhatItDoesNotHold() async throws {
        try await withFolder { folder in
            let file = ErasureFile(folder: folder)
            #expect(try await file.entries().isEmpty)
            let at = Date(timeIntervalSince1970: 1_700_000_000)
            let first = ErasureLedger.Entry(kind: .person, id: UUID(), erasedAt: at)
            let second = ErasureLedger.Entry(kind: .jobDescription, id: first.id, erasedAt: at)
            try await file.add([first])
            try await file.add([first, second])
            #expect(try await file.entries() == [first, second])
            try await file.add([])
            #expect(try await file.entries() == [first, second])
        }
    }

    @Test func aLineThatIsSomethingElseIsNamed() async throws {
        try await withFolder { folder in
            let file = ErasureFile(folder: folder)
            try await file.add([ErasureLedger.Entry(kind: .answer, id: UUID(), erasedAt: Date())])
            let path = folder + "/" + ErasureFile.name
            let whole = try String(contentsOfFile: path, encoding: .utf8)
            try Data((whole + "{\"kind\":\"ans").utf8).write(to: URL(fileURLWithPath: path))
            await #expect(throws: ErasureFileError(line: 2)) { try await file.entries() }
            await #expect(throws: ErasureFileError(line: 2)) {
                try await file.add([ErasureLedger.Entry(kind: .answer, id: UUID(), erasedAt: Date())])
            }
        }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "erasures-\(UUID().uuidString.prefix(8))")
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        try await body(folder.path)
    }
}

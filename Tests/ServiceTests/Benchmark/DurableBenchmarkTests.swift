import Foundation
import Storage
import TestSupport
import Testing

@testable import greenroom

@Suite struct DurableBenchmarkTests {
    /// What it measures is what it says: everything acknowledged is there after both starts, and no database stays behind.
    @Test func timesWritesAndStartsAndLeavesNothingBehind() async throws {
        try await withPostgres { test in
            let folder = FileManager.default.temporaryDirectory.appending(
                path: "durable-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let base = folder.appending(path: "base.fvecs")
            try Self.vectors(count: 900, dimension: 8).write(to: base)
            var environment = ProcessInfo.processInfo.environment
            environment["DATABASE_URL"] = test.url
            let printed = try await Command.run(
                [
                    "bench", "durable", "--base", base.path, "--batches", "20,1", "--points", "60", "--recover", "600",
                ], environment)
            let lines = try printed.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
                try JSONValue(parsing: String($0))
            }
            #expect(lines.map { $0["kind"] } == ["durable_ingest", "durable_ingest", "recovery", "recovery"])
            #expect(lines.prefix(2).map { $0["points"] } == [60, 60] && lines[1]["before"] == 60)
            #expect(lines.prefix(2).allSatisfy { ($0["pointsPerSecond"].double ?? 0) > 0 })
            #expect(lines[2]["points"] == 600 && lines[2]["from"] == "nothing")
            #expect(lines[3]["points"] == 900 && lines[3]["changesBehind"] == 300)
            try await test.withOpen { database in
                let left = try await database.query(
                    "SELECT FROM pg_database WHERE datname LIKE 'greenroom\\_bench\\_%'")
                #expect(left.isEmpty)
            }
            try FileManager.default.removeItem(at: folder)
        }
    }

    private static func vectors(count: Int, dimension: Int) -> Data {
        var generator = SeededGenerator(seed: 5)
        var data = Data()
        for _ in 0..<count {
            withUnsafeBytes(of: Int32(dimension).littleEndian) { data.append(contentsOf: $0) }
            for _ in 0..<dimension {
                let value = Float.random(in: -1...1, using: &generator).bitPattern.littleEndian
                withUnsafeBytes(of: value) { data.append(contentsOf: $0) }
            }
        }
        return data
    }
}

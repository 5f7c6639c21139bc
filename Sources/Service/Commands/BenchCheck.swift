import ArgumentParser
import Foundation
import VectorCollections

/// Checks of what the benchmarks are called with. A refusal names the option, what came and what is allowed.
enum BenchCheck {
    static func number(_ number: Int, _ option: String, _ range: ClosedRange<Int>) throws {
        guard range.contains(number) else { throw refusal(option, "\(number)", range) }
    }

    static func number(_ number: Double, _ option: String, _ range: ClosedRange<Double>) throws {
        guard range.contains(number) else {
            throw ValidationError("\(option) is \(number), allowed is \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// Numbers with commas between them; at least one.
    @discardableResult
    static func numbers(_ text: String, _ option: String, _ range: ClosedRange<Int>) throws -> [Int] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let part = part.trimmingCharacters(in: .whitespaces)
            guard let number = Int(part), range.contains(number) else { throw refusal(option, part, range) }
            return number
        }
    }

    private static func refusal(_ option: String, _ came: String, _ range: ClosedRange<Int>) -> ValidationError {
        ValidationError("\(option) has '\(came)', allowed is \(range.lowerBound) to \(range.upperBound)")
    }

    static func vectors(_ path: String, _ option: String, limit: Int? = nil) throws -> VectorFile.Rows {
        let rows = try VectorFile.read(try file(path, option), limit: limit)
        guard rows.count > 0 else { throw UsageError("\(option): \(path) has no rows, needed is one at least") }
        return rows
    }

    static func file(_ path: String, _ option: String) throws -> URL {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw UsageError("\(option) is '\(path)', which is no file that can be read")
        }
        return URL(fileURLWithPath: path)
    }

    /// Calls `body` with an empty folder: that of the option, which stays, or one that is deleted afterwards.
    static func withFolder<Value>(
        _ path: String?, _ option: String, _ body: (URL) async throws -> Value
    ) async throws -> Value {
        let manager = FileManager.default
        if let path {
            let folder = URL(fileURLWithPath: path, isDirectory: true)
            try manager.createDirectory(at: folder, withIntermediateDirectories: true)
            guard try manager.contentsOfDirectory(atPath: folder.path).isEmpty else {
                throw UsageError("\(option) is '\(path)', which is not empty: give a new folder")
            }
            return try await body(folder)
        }
        let folder = manager.temporaryDirectory.appendingPathComponent("greenroom-bench-\(UUID().uuidString)")
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        do {
            let value = try await body(folder)
            try manager.removeItem(at: folder)
            return value
        } catch {
            // The first failure is the one to tell.
            do { try manager.removeItem(at: folder) } catch { CommandOutput.note("\(folder.path) stays: \(error)") }
            throw error
        }
    }
}

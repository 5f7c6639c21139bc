import Foundation
import Synchronization
import TestSupport

@testable import greenroom

/// People who write to several instances while these fail, and remember what they were told.
final class FaultWriters: Sendable {
    /// What must be there, what must not, and what nobody can tell.
    struct Told: Sendable {
        /// The texts of questions that were acknowledged and not touched since, by id.
        var stored: [String: String] = [:]
        var deleted: Set<String> = []
        /// Every text that was ever sent.
        var sent: Set<String> = []
        var acknowledgedCount = 0
        var attemptsCount = 0
    }

    private static let writersCount = 4
    private static let itemsMax = 1_500.0

    private let told = Mutex(Told())
    private let nextNumber = Mutex(0)

    var report: Told { told.withLock { $0 } }

    /// Writes for `seconds` to whichever instance answers.
    func write(to instances: [FaultInstance], token: String, seconds: Double, seed: UInt64) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<Self.writersCount {
                group.addTask { [self] in
                    var generator = SeededGenerator(seed: seed &+ UInt64(writer) &* 7_919)
                    while ContinuousClock.now < end {
                        guard let service = instances.randomElement(using: &generator)?.service else {
                            try await Task.sleep(for: .milliseconds(20))
                            continue
                        }
                        do {
                            try await step(service, token, &generator)
                        } catch is URLError {
                            // The instance is gone: nothing was acknowledged.
                            try await Task.sleep(for: .milliseconds(10))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func step(
        _ service: RunningService, _ token: String, _ generator: inout SeededGenerator
    ) async throws {
        let count = told.withLock { told in
            told.attemptsCount += 1
            return told.stored.count
        }
        let choice = Double.random(in: 0..<1, using: &generator)
        // The more there are, the more are deleted.
        let deletes = 0.1 + 0.5 * Double(count) / Self.itemsMax
        if choice < deletes {
            try await delete(service, token, &generator)
        } else if choice < deletes + 0.15 {
            try await change(service, token, &generator)
        } else {
            try await create(service, token)
        }
    }

    private func newText() -> String {
        let number = nextNumber.withLock { number in
            number += 1
            return number
        }
        let text = "What would you do about incident number \(number)?"
        told.withLock { _ = $0.sent.insert(text) }
        return text
    }

    private func create(_ service: RunningService, _ token: String) async throws {
        let text = newText()
        let answer = try await service.call(
            "POST", "/api/v1/questions",
            ["question_text": .string(text), "category": "technical", "difficulty_level": "easy"], token: token)
        guard answer.status == 201, let id = answer.body["id"].string else { return }
        told.withLock { told in
            told.stored[id] = text
            told.acknowledgedCount += 1
        }
    }

    /// From when it is sent until it is answered, what a row holds is known to nobody.
    private func taken(_ generator: inout SeededGenerator) -> String? {
        told.withLock { told in
            guard let id = told.stored.keys.sorted().randomElement(using: &generator) else { return nil }
            told.stored[id] = nil
            return id
        }
    }

    private func change(_ service: RunningService, _ token: String, _ generator: inout SeededGenerator) async throws {
        guard let id = taken(&generator) else { return }
        let text = newText()
        let answer = try await service.call(
            "PUT", "/api/v1/questions/\(id)",
            ["question_text": .string(text), "category": "technical", "difficulty_level": "hard"], token: token)
        guard answer.status == 200 else { return }
        told.withLock { told in
            told.stored[id] = text
            told.acknowledgedCount += 1
        }
    }

    private func delete(_ service: RunningService, _ token: String, _ generator: inout SeededGenerator) async throws {
        guard let id = taken(&generator) else { return }
        let answer = try await service.call("DELETE", "/api/v1/questions/\(id)", token: token)
        guard answer.status == 204 else { return }
        told.withLock { told in
            told.deleted.insert(id)
            told.acknowledgedCount += 1
        }
    }
}

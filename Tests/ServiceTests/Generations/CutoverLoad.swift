import Foundation
import Synchronization
import Testing

@testable import greenroom

/// People who search and write on several instances until they are told to stop, and what they were told.
final class CutoverLoad: Sendable {
    /// What is searched for, in a category that nobody writes to.
    struct Expectation: Sendable {
        let query: String
        /// The exact answer in each space.
        let local: [String]
        let provided: [String]
    }

    struct Tally: Sendable {
        /// Acknowledged writes, text by id.
        var stored: [String: String] = [:]
        var local = 0
        var provided = 0
        var searches = 0
        /// What must not be.
        var faults: [String] = []
    }

    static let category = "technical"
    private let services: [RunningService]
    private let token: String
    private let expectations: [Expectation]
    private let tally = Mutex(Tally())
    private let stopped = Mutex(false)

    init(_ services: [RunningService], token: String, _ expectations: [Expectation]) {
        self.services = services
        self.token = token
        self.expectations = expectations
    }

    var soFar: Tally { tally.withLock { $0 } }

    /// Runs searchers and a writer for each instance while `body` runs.
    func run(_ body: () async throws -> Void) async throws -> Tally {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, service) in services.enumerated() {
                group.addTask { try await self.search(service, first: number) }
                group.addTask { try await self.write(service, name: "person \(number)") }
            }
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            stopped.withLock { $0 = true }
            try await group.waitForAll()
            try outcome.get()
        }
        return soFar
    }

    private var isStopped: Bool { stopped.withLock { $0 } }

    private func fault(_ text: String) { tally.withLock { $0.faults.append(text) } }

    private func search(_ service: RunningService, first: Int) async throws {
        var number = first
        while !isStopped {
            let expected = expectations[number % expectations.count]
            number += 1
            let body: JSONValue = [
                "query": .string(expected.query), "filters": ["category": .string(Self.category)], "limit": 10,
            ]
            do {
                let answer = try await service.call("POST", "/api/v1/vector/search/questions", body, token: token)
                let found = answer.body["results"].elements.compactMap { $0["id"].string }
                tally.withLock { tally in
                    tally.searches += 1
                    if answer.status != 200 || answer.body["degraded"] != .null {
                        tally.faults.append("search: \(answer.status) \(answer.body["degraded"])")
                    } else if found == expected.local {
                        tally.local += 1
                    } else if found == expected.provided {
                        tally.provided += 1
                    } else {
                        tally.faults.append("'\(expected.query)' was answered of neither space: \(found)")
                    }
                }
            } catch {
                fault("search: \(error)")
            }
        }
    }

    private func write(_ service: RunningService, name: String) async throws {
        var number = 0
        while !isStopped {
            number += 1
            let text = "What does \(name) tell of evening \(number) at the harbour?"
            let body: JSONValue = [
                "question_text": .string(text), "category": "situational", "difficulty_level": "easy",
            ]
            do {
                let answer = try await service.call("POST", "/api/v1/questions", body, token: token)
                if answer.status == 201, let id = answer.body["id"].string {
                    tally.withLock { $0.stored[id] = text }
                } else {
                    fault("write: \(answer.status) \(answer.body)")
                }
            } catch {
                fault("write: \(error)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}

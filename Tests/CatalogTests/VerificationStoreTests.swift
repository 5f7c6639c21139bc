import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct VerificationStoreTests {
    @Test func eachInstanceAnswersOnce() async throws {
        try await withMigratedDatabase { database in
            let store = VerificationStore(database: database)
            let (first, second) = (UUID(), UUID())
            let past = Date(timeIntervalSinceNow: -3_600)
            let request = try await store.request(repairs: true)
            #expect(try await store.open(for: first, since: past) == [.init(id: request, repairs: true)])
            #expect(try await store.open(for: first, since: Date(timeIntervalSinceNow: 60)).isEmpty, "before its start")
            try await store.answer(request, of: first, .report(JSONText(#"{"divergence": 0}"#)))
            try await store.answer(request, of: first, .failure("too late"))
            try await store.answer(request, of: second, .failure(String(repeating: "x", count: 5_000)))
            #expect(try await store.open(for: first, since: past).isEmpty)
            let answers = try await store.answers(to: request)
            #expect(answers.map(\.instance) == [first, second])
            guard case .report(let report) = answers[0].outcome, case .failure(let error) = answers[1].outcome else {
                Issue.record("\(answers)")
                return
            }
            #expect(report.text == #"{"divergence": 0}"#)
            #expect(error.count == VerificationStore.errorLengthMax)
        }
    }

    @Test func nobodyAnswersWhatIsOld() async throws {
        try await withMigratedDatabase { database in
            let store = VerificationStore(database: database)
            let request = try await store.request(repairs: false)
            try await database.query("UPDATE verifications SET requested_at = now() - interval '31 minutes'")
            #expect(try await store.open(for: UUID(), since: .distantPast).isEmpty)
            #expect(try await store.removeOld() == 0)
            try await store.answer(request, of: UUID(), .failure("no"))
            try await database.query("UPDATE verifications SET requested_at = now() - interval '8 days'")
            #expect(try await store.removeOld() == 1)
            #expect(try await store.answers(to: request).isEmpty)
            // An answer to what is forgotten is no error.
            try await store.answer(request, of: UUID(), .failure("no"))
        }
    }
}

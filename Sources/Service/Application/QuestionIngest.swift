import Catalog
import Embedding
import Foundation
import Storage

/// Loads a file of questions into the bank: the good ones are stored in batches, the others reported by their place.
struct QuestionIngest: Sendable {
    /// What became of a file.
    struct Report: Sendable, Encodable {
        struct Failure: Sendable, Encodable {
            let place: String
            let reason: String
        }
        let file: String
        var read = 0
        var inserted = 0
        var updated = 0
        var unchanged = 0
        var failed = 0
        var failures: [Failure] = []
    }

    /// Failures beyond these are counted and not listed.
    static let failuresListedMax = 100

    let bank: QuestionImport
    let embedder: any Embedder
    let modelID: Int

    /// - Parameter progress: called with how many records are done, of how many.
    func run(_ file: URL, progress: (Int, Int) -> Void) async throws -> Report {
        let parsed = try QuestionFile(contentsOf: file)
        var report = Report(file: file.lastPathComponent, read: parsed.records.count + parsed.failures.count)
        for failure in parsed.failures { report.add(failure.place, failure.reason) }
        var done = 0
        for start in stride(from: 0, to: parsed.records.count, by: QuestionImport.batchCountMax) {
            let records = parsed.records[start..<min(start + QuestionImport.batchCountMax, parsed.records.count)]
            try await store(records, &report)
            done += records.count
            progress(done, parsed.records.count)
        }
        return report
    }

    private func store(_ records: ArraySlice<QuestionRecord>, _ report: inout Report) async throws {
        var drafts: [QuestionDraft] = []
        for record in records {
            do {
                drafts.append(try record.draft())
            } catch let error as ValidationError {
                report.add(record.place, error.description)
            }
        }
        let changed = try await bank.changed(drafts, source: .bank)
        report.unchanged += drafts.count - changed.count
        guard !changed.isEmpty else { return }
        let values = try await embedder.embed(changed.map(\.questionText))
        let vectors = zip(changed, values).map { draft, values in
            StoredVector(modelID: modelID, values: values, contentHash: draft.embeddedTextHash)
        }
        if let stored = try await bank.store(changed, vectors: vectors, source: .bank) {
            report.inserted += stored.counts.inserted
            report.updated += stored.counts.updated
        }
    }
}

extension QuestionIngest.Report {
    fileprivate mutating func add(_ place: String, _ reason: String) {
        failed += 1
        if failures.count < QuestionIngest.failuresListedMax { failures.append(Failure(place: place, reason: reason)) }
    }
}

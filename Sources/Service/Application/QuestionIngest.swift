import Catalog
import Embedding
import Foundation
import Recommend
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
        /// Questions that say nearly the same as one that was there or came before.
        var nearDuplicates = 0
        var twins: [Twin] = []

        struct Twin: Sendable, Encodable {
            let text: String
            let twin: String
            let similarity: Double
        }
    }

    /// What becomes of a question that says nearly the same as another.
    enum TwinPolicy: String, Sendable, CaseIterable {
        /// It is stored and told.
        case report
        /// It fails.
        case block
    }

    /// Failures beyond these are counted and not listed.
    static let failuresListedMax = 100

    let bank: QuestionImport
    let embedder: any Embedder
    let modelID: Int
    let policy: TwinPolicy
    /// Finds the skills of questions that come without any.
    let inference: SkillInference
    /// The texts of the bank as it was at the beginning, and of what came since, under ids of this run.
    private var known = NearDuplicates()
    private var texts: [UUID: String] = [:]

    init(
        bank: QuestionImport, embedder: any Embedder, modelID: Int, policy: TwinPolicy, inference: SkillInference,
        knownTexts: [String]
    ) {
        self.inference = inference
        self.bank = bank
        self.embedder = embedder
        self.modelID = modelID
        self.policy = policy
        for text in knownTexts { remember(text) }
    }

    private mutating func remember(_ text: String) {
        let id = UUID()
        known.add(id, text)
        texts[id] = text
    }

    /// - Parameter progress: called with how many records are done, of how many.
    mutating func run(_ file: URL, progress: (Int, Int) -> Void) async throws -> Report {
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

    private mutating func store(_ records: ArraySlice<QuestionRecord>, _ report: inout Report) async throws {
        var drafts: [QuestionDraft] = []
        for record in records {
            do {
                drafts.append(try inference.completing(try record.draft()))
            } catch let error as ValidationError {
                report.add(record.place, error.description)
            }
        }
        var changed = try await bank.changed(drafts, source: .bank)
        report.unchanged += drafts.count - changed.count
        changed = changed.compactMap { admit($0, &report) }
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

    /// - Returns: nil for one that is refused because of a near-duplicate.
    private mutating func admit(_ draft: QuestionDraft, _ report: inout Report) -> QuestionDraft? {
        // The very same words are the same question, which is replaced.
        let twin = known.twins(of: draft.questionText).first { $0.similarity < 1 }
        guard let twin, let text = texts[twin.id] else {
            remember(draft.questionText)
            return draft
        }
        report.nearDuplicates += 1
        if report.twins.count < Self.failuresListedMax {
            report.twins.append(.init(text: draft.questionText, twin: text, similarity: twin.similarity))
        }
        if policy == .block {
            report.add("'\(draft.questionText.prefix(60))'", "nearly the same as '\(text)'")
            return nil
        }
        remember(draft.questionText)
        return draft
    }
}

extension QuestionIngest.Report {
    fileprivate mutating func add(_ place: String, _ reason: String) {
        failed += 1
        if failures.count < QuestionIngest.failuresListedMax { failures.append(Failure(place: place, reason: reason)) }
    }
}

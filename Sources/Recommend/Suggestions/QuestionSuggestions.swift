import Catalog
public import Embedding
public import Foundation

/// Suggests interview questions for a job post: a set that covers what the post asks for, and says why.
public struct QuestionSuggestions: Sendable {
    private let reader: PostReader
    private let posts: ReadPosts
    private let needVectors: NeedVectors
    private let search: CandidateSearch
    private let without: Set<SuggestionPart>

    /// - Parameters:
    ///   - health: what a question's quality is multiplied by, 0...1; 1 for one of which nothing bad is known.
    ///   - without: what is left out, to measure what it gives.
    public init(
        vocabulary: SkillsVocabulary, roles: RolesCatalog, index: QuestionIndex, embedder: any Embedder,
        health: @escaping @Sendable (UUID) -> Double = { _ in 1 }, without: Set<SuggestionPart> = []
    ) {
        self.without = without
        reader = PostReader(vocabulary: vocabulary)
        posts = ReadPosts(reader: reader, roles: roles)
        needVectors = NeedVectors(embedder: embedder)
        search = CandidateSearch(index: index, vocabulary: vocabulary, roles: roles, health: health, without: without)
    }

    /// What a post and its title ask for, and how that is read.
    public func reading(of post: String, role: String) -> PostReading {
        reader.reading(of: post, role: role, roles: search.roles)
    }

    /// Deterministic for the same post, bank, model and health of the questions.
    /// - Parameter earlier: a set to give again: its questions, as far as they are there, weighed by the bank as it is now.
    ///   With the same bank and model the answer is that of then.
    public func run(_ request: SuggestionRequest, again earlier: EarlierSet? = nil) async throws -> SuggestionSet {
        let position = search.index.position
        let read = posts.read(request.post, role: request.role)
        let aim = CandidateSearch.Aim(roleFit: read.fit, difficulty: request.difficulty)
        let needs = try await search.searched(in: read.analysis)
        let vectors = try await needVectors.vectors(of: needs)
        let found = try await search.run(needs, vectors: vectors, aim: aim, named: earlier?.forNeeds ?? [])
        let selection = SetSelection(needs: needs, count: request.count, certainty: found.certainty, without: without)
        let choices: [SetSelection.Choice]
        if let earlier {
            choices = selection.retrace(Self.inOrder(earlier.forNeeds, found.candidates))
        } else {
            choices = selection.choose(from: found.candidates)
        }
        var suggestions = choices.map { suggestion($0, needs, .need, request) }
        if let earlier {
            suggestions += try await byRole(request, aim, again: earlier.forRole, besides: choices)
        } else if suggestions.count < request.count {
            suggestions += try await byRole(request, aim, besides: choices)
        }
        let served = Set(choices.flatMap(\.needs))
        let inBank = Set(found.candidates.flatMap(\.evidence.keys))
        let gaps = needs.indices.filter { !served.contains($0) }.map { place in
            SuggestionSet.Gap(need: needs[place], isInBank: inBank.contains(place), nearest: found.nearest[place])
        }
        let given = Set(suggestions.map(\.question.id))
        let missing = earlier.map { ($0.forNeeds + $0.forRole).filter { !given.contains($0) } } ?? []
        return SuggestionSet(
            suggestions: suggestions, covered: served.sorted().map { needs[$0] }, gaps: gaps,
            analysis: read.analysis, notes: notes(request, read.analysis, suggestions, missing), position: position,
            model: "\(needVectors.embedder.model)", missing: missing)
    }

    private static func inOrder(_ ids: [UUID], _ candidates: [Candidate]) -> [Candidate] {
        let byID = Dictionary(uniqueKeysWithValues: candidates.map { ($0.question.id, $0) })
        return ids.compactMap { byID[$0] }
    }

    /// Questions that are asked of the role, where the post gives too few: told as such, and none for an unknown role.
    private func byRole(
        _ request: SuggestionRequest, _ aim: CandidateSearch.Aim, besides choices: [SetSelection.Choice]
    ) async throws -> [Suggestion] {
        let roles = search.roles.named(in: request.role).map(\.role)
        guard !roles.isEmpty else { return [] }
        let vector = try await vector(ofRole: request.role)
        let taken = Set(choices.map(\.candidate.question.id))
        let candidates =
            try await search
            .asked(of: roles, near: vector, aim: aim, limit: request.count * 3 + taken.count)
            .filter { !taken.contains($0.question.id) }
        return roleSelection(request, besides: choices).choose(from: candidates)
            .map { suggestion($0, [], .role, request) }
    }

    /// Those that were chosen for the role before.
    private func byRole(
        _ request: SuggestionRequest, _ aim: CandidateSearch.Aim, again ids: [UUID],
        besides choices: [SetSelection.Choice]
    ) async throws -> [Suggestion] {
        if ids.isEmpty { return [] }
        let candidates = try search.asked(ids, near: try await vector(ofRole: request.role), aim: aim)
        return roleSelection(request, besides: choices).retrace(candidates)
            .map { suggestion($0, [], .role, request) }
    }

    private func vector(ofRole role: String) async throws -> [Float] {
        guard let vector = try await needVectors.embedder.embed([role]).first else {
            preconditionFailure("an embedder answers each text")
        }
        return vector
    }

    /// The title stands for the one need that questions for the role serve.
    private func roleSelection(
        _ request: SuggestionRequest, besides choices: [SetSelection.Choice]
    ) -> SetSelection {
        let title = Need(kind: .duty, name: request.role, weight: 1, sentences: [], years: nil)
        return SetSelection(
            needs: [title], count: max(0, request.count - choices.count), chosen: choices.map(\.candidate))
    }

    private func suggestion(
        _ choice: SetSelection.Choice, _ needs: [Need], _ tier: Suggestion.Tier, _ request: SuggestionRequest
    ) -> Suggestion {
        let candidate = choice.candidate
        let matches: [Suggestion.Match] =
            tier == .role
            ? []
            : choice.needs.compactMap { place in
                candidate.evidence[place].map {
                    Suggestion.Match(need: needs[place], evidence: $0, sentence: needs[place].sentences.first)
                }
            }
        let parts = choice.parts
        return Suggestion(
            question: candidate.question, score: parts.score,
            parts: [
                ("coverage", parts.coverage), ("role", parts.role), ("level", parts.level), ("quality", parts.quality),
                ("redundancy", parts.redundancy),
            ],
            tier: tier, matches: matches, reason: SuggestionReason.text(matches, role: request.role))
    }

    private func notes(
        _ request: SuggestionRequest, _ analysis: PostAnalysis, _ suggestions: [Suggestion], _ missing: [UUID]
    ) -> [String] {
        var notes: [String] = []
        if analysis.needs.isEmpty { notes.append("The post names no skill or duty that could be read.") }
        let byRole = suggestions.filter { $0.tier == .role }.count
        if byRole > 0 {
            notes.append(
                "\(byRole) of the questions are chosen for the role '\(request.role)', not for words of the post.")
        }
        if !missing.isEmpty {
            notes.append("\(missing.count) of the earlier set's questions are not in the bank any more.")
        } else if suggestions.count < request.count {
            notes.append("The bank has \(suggestions.count) fitting questions; \(request.count) were asked for.")
        }
        return notes
    }
}

import Catalog
public import Embedding
import Foundation

/// Suggests interview questions for a job post: a set that covers what the post asks for, and says why.
public struct QuestionSuggestions: Sendable {
    private let reader: PostReader
    private let needVectors: NeedVectors
    private let search: CandidateSearch

    public init(vocabulary: SkillsVocabulary, roles: RolesCatalog, index: QuestionIndex, embedder: any Embedder) {
        reader = PostReader(vocabulary: vocabulary)
        needVectors = NeedVectors(embedder: embedder)
        search = CandidateSearch(index: index, vocabulary: vocabulary, roles: roles)
    }

    /// What a post and its title ask for, and how that is read.
    public func reading(of post: String, role: String) -> PostReading {
        reader.reading(of: post, role: role, roles: search.roles)
    }

    /// Deterministic for the same post, bank and model.
    public func run(_ request: SuggestionRequest) async throws -> SuggestionSet {
        let analysis = reader.read(request.post, role: request.role)
        let needs = try await search.searched(among: analysis.needs)
        let vectors = try await needVectors.vectors(of: needs)
        let found = try await search.run(needs, vectors: vectors, request: request)
        let choices = SetSelection(needs: needs, count: request.count, supply: found.supply)
            .choose(from: found.candidates)
        var suggestions = choices.map { suggestion($0, needs, .need, request) }
        if suggestions.count < request.count {
            suggestions += try await byRole(request, besides: choices, needs)
        }
        let served = Set(choices.flatMap(\.needs))
        let inBank = Set(found.candidates.flatMap(\.evidence.keys))
        let gaps = needs.indices.filter { !served.contains($0) }.map { place in
            SuggestionSet.Gap(need: needs[place], isInBank: inBank.contains(place), nearest: found.nearest[place])
        }
        return SuggestionSet(
            suggestions: suggestions, covered: served.sorted().map { needs[$0] }, gaps: gaps, analysis: analysis,
            notes: notes(request, analysis, suggestions))
    }

    /// Questions that are asked of the role, where the post gives too few: told as such, and none for an unknown role.
    private func byRole(
        _ request: SuggestionRequest, besides choices: [SetSelection.Choice], _ needs: [Need]
    ) async throws -> [Suggestion] {
        let roles = search.roles.named(in: request.role).map(\.role)
        guard !roles.isEmpty else { return [] }
        let title = Need(kind: .duty, name: request.role, weight: 1, sentences: [], years: nil)
        let query = try await needVectors.embedder.embed([request.role])
        guard let vector = query.first else { preconditionFailure("an embedder answers each text") }
        let taken = Set(choices.map(\.candidate.question.id))
        let candidates =
            try await search
            .asked(of: roles, near: vector, request: request, limit: request.count * 3 + taken.count)
            .filter { !taken.contains($0.question.id) }
        let missing = request.count - choices.count
        return SetSelection(needs: [title], count: missing, chosen: choices.map(\.candidate)).choose(from: candidates)
            .map { suggestion($0, [], .role, request) }
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
        _ request: SuggestionRequest, _ analysis: PostAnalysis, _ suggestions: [Suggestion]
    ) -> [String] {
        var notes: [String] = []
        if analysis.needs.isEmpty { notes.append("The post names no skill or duty that could be read.") }
        let byRole = suggestions.filter { $0.tier == .role }.count
        if byRole > 0 {
            notes.append(
                "\(byRole) of the questions are chosen for the role '\(request.role)', not for words of the post.")
        }
        if suggestions.count < request.count {
            notes.append("The bank has \(suggestions.count) fitting questions; \(request.count) were asked for.")
        }
        return notes
    }
}

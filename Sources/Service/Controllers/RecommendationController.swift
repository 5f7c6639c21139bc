import Catalog
import Foundation
import Hummingbird
import Recommend

/// `/api/v1/vector/recommendations`: what a person practises next, and why.
struct RecommendationController: Sendable {
    let questions: PerGeneration<QuestionRecommendations>
    let scenarios: ScenarioRecommendations
    let jobs: PerGeneration<JobSearch>
    let patterns: UserPatternStore
    let lists: RecommendationStore
    let feedback: RecommendationFeedback
    let experiment: CoachExperiment
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post(use: recommend)
        group.get("{id}", use: show)
        group.post("{id}/feedback", use: react)
    }

    @Sendable private func recommend(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let userId: UUID
            let contentType: String?
            let userProfile: PatternFields?
            let limit: Int?
        }
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        try context.requireOwner(body.userId)
        let name = body.contentType ?? RecommendationList.ContentType.questions.rawValue
        guard let type = RecommendationList.ContentType(rawValue: name) else {
            throw APIError.badRequest("Unsupported content type: \(name)", code: "unsupported_content_type")
        }
        var check = FieldCheck()
        let limit = check.number(body.limit ?? 10, "limit", in: 1...50)
        try check.finish()
        let stored = body.userProfile == nil ? try await patterns.find(user: body.userId)?.draft : nil
        let profile = try body.userProfile.map { try $0.draft() } ?? stored
        let now = Date()
        let found = try await recommendations(type, of: body.userId, profile, limit, at: now)
        // Only questions are chosen by the parameters that an experiment compares.
        let arm = type == .questions ? try experiment.policy(for: body.userId).arm : nil
        let id = try await lists.keep(
            RecommendationListDraft(contentType: type, arm: arm, items: found.map(\.item), at: now), of: body.userId)
        return try JSONBody.response(
            RecommendationsBody(found, id: id, person: body.userId, contentType: type))
    }

    @Sendable private func show(_ request: Request, context: APIContext) async throws -> Response {
        let identity = try context.requireUser()
        guard let found = try await lists.find(try context.pathID(), of: identity.userID) else {
            throw APIError.notFound("Recommendation")
        }
        return try JSONBody.response(KeptRecommendationsBody(found.list, found.places))
    }

    /// Only the person whose list it is reacts to it: what is learned from a reaction is theirs.
    @Sendable private func react(_ request: Request, context: APIContext) async throws -> Response {
        let identity = try context.requireUser()
        let list = try context.pathID()
        let body = try await JSONBody.decode(FeedbackBody.self, from: request, bytesMax: bodyBytesMax)
        let (kind, target) = try body.checked()
        switch try await feedback.record(kind, to: target, in: list, by: identity.userID) {
        case .noList: throw APIError.notFound("Recommendation")
        case .noItem: throw APIError.notFound("Recommended item")
        case .recorded(let places, let new):
            return try JSONBody.response(
                FeedbackAnswer(
                    recommendationId: list.uuidString.lowercased(), kind: kind.rawValue, places: places, recorded: new),
                status: new > 0 ? .created : .ok)
        }
    }

    private func recommendations(
        _ type: RecommendationList.ContentType, of person: UUID, _ profile: UserPatternDraft?, _ limit: Int,
        at now: Date
    ) async throws -> [RecommendationBody] {
        switch type {
        case .questions:
            return try await questions.current.choose(limit, for: person, profile: profile, at: now)
                .map(RecommendationBody.init)
        case .scenarios:
            return try await scenarios.choose(limit, for: person, profile: profile, at: now)
                .map(RecommendationBody.init)
        case .jobDescriptions:
            let text = try profile?.text ?? PatternFields().draft().text
            return try await jobs.current.run(text, role: nil, viewer: .person(person), limit: limit).hits
                .map(RecommendationBody.init)
        }
    }
}

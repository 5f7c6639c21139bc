import Catalog
import Foundation
import Hummingbird
import Recommend

/// `/api/v1/coach`: how far people are.
struct CoachController: Sendable {
    private static let stepsMax = 50
    private static let dueMax = 100

    let progress: PerGeneration<PracticeProgress>
    let jobs: JobDescriptionStore
    let patterns: UserPatternStore
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.get("{user_id}/readiness", use: readinessForStored)
        group.post("{user_id}/readiness", use: readinessForText)
        group.get("{user_id}/review", use: review)
    }

    /// For a post that is stored: everybody's or the person's own.
    @Sendable private func readinessForStored(_ request: Request, context: APIContext) async throws -> Response {
        let person = try context.pathID("user_id")
        let identity = try context.requireOwner(person)
        var parameters = QueryParameters(request)
        let id = parameters.requiredID("job_description_id")
        let limit = parameters.integer("limit", default: 10, in: 0...Self.stepsMax)
        try parameters.finish()
        let post = try await jobs.find(id)
        guard let post, post.ownerID == nil || post.ownerID == person || identity.isAdmin else {
            throw APIError.notFound("Job description")
        }
        return try await readiness(
            for: post.draft.description, role: post.draft.role, of: person, steps: limit, post: id)
    }

    @Sendable private func readinessForText(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let jobDescription: String
            let role: String
            let limit: Int?
        }
        let person = try context.pathID("user_id")
        try context.requireOwner(person)
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        var check = FieldCheck()
        let text: String = check.text(body.jobDescription, "job_description", in: JobDescriptionDraft.descriptionLength)
        let role: String = check.text(body.role, "role", in: 1...200)
        let limit = check.number(body.limit ?? 10, "limit", in: 0...Self.stepsMax)
        try check.finish()
        return try await readiness(for: text, role: role, of: person, steps: limit, post: nil)
    }

    private func readiness(
        for text: String, role: String, of person: UUID, steps: Int, post: UUID?
    ) async throws -> Response {
        let profile = try await patterns.find(user: person)?.draft
        let found = try await progress.current.readiness(
            for: text, role: role, of: person, profile: profile, steps: steps, at: Date())
        return try JSONBody.response(ReadinessBody(found, of: person, role: role, post: post))
    }

    @Sendable private func review(_ request: Request, context: APIContext) async throws -> Response {
        let person = try context.pathID("user_id")
        try context.requireOwner(person)
        var parameters = QueryParameters(request)
        let days = parameters.integer("days", default: 7, in: 0...SpacedReview.daysAheadMax)
        let limit = parameters.integer("limit", default: 20, in: 1...Self.dueMax)
        let offset = parameters.integer("utc_offset_minutes", default: 0, in: -12 * 60...14 * 60)
        try parameters.finish()
        let now = Date()
        let left = Self.secondsLeftToday(at: now, utcOffsetMinutes: offset)
        let found = try await progress.current.review(
            of: person, secondsLeftToday: left, daysAhead: days, limit: limit, at: now)
        return try JSONBody.response(ReviewBody(found, of: person))
    }

    /// Until the next midnight of somebody whose clock is ahead of UTC by so much.
    static func secondsLeftToday(at now: Date, utcOffsetMinutes: Int) -> Double {
        let local = now.timeIntervalSince1970 + Double(utcOffsetMinutes) * 60
        return 86_400 - (local - (local / 86_400).rounded(.down) * 86_400)
    }
}

import Catalog
import Foundation
import Hummingbird

/// `/api/v1/vector/job-descriptions`: posts that are kept, to be found and to suggest questions for.
struct JobDescriptionController: Sendable {
    private static let limitMax = 100
    private static let offsetMax = 1_000_000

    let jobs: JobDescriptionStore
    let reads: ReplicaReads
    let intake: ItemIntake
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post(use: create)
        group.get(use: list)
        group.get("{id}", use: show)
        group.delete("{id}", use: delete)
    }

    /// What an administrator stores is everybody's unless it says otherwise; what anybody else stores is their own.
    @Sendable private func create(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let jobDescription: String
            let role: String
            let company: String?
            let level: String?
            let skills: [String]?
            let shared: Bool?
        }
        let identity = try context.requireUser()
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        let draft = try JobDescriptionDraft(
            description: body.jobDescription, role: body.role, company: body.company, level: body.level,
            skills: body.skills ?? [])
        let isShared = identity.isAdmin && body.shared ?? true
        let write = try await intake.write(text: draft.description, hash: draft.embeddedTextHash) { vector in
            try await jobs.create(draft, owner: isShared ? nil : identity.userID, vector: vector)
        }
        guard let write else { preconditionFailure("a new job description is always stored") }
        return try JSONBody.response(JobDescriptionBody(write.item, write: write), status: .created).at(write)
    }

    @Sendable private func list(_ request: Request, context: APIContext) async throws -> Response {
        let identity = try context.requireUser()
        var parameters = QueryParameters(request)
        let limit = parameters.integer("limit", default: 20, in: 1...Self.limitMax)
        let offset = parameters.integer("offset", default: 0, in: 0...Self.offsetMax)
        try parameters.finish()
        let (page, total) = try await reads.read(wantsOwnWrites: request.wantsOwnWrites) { database in
            try await JobDescriptionStore(database: database).list(
                owner: identity.isAdmin ? nil : identity.userID, limit: limit, offset: offset)
        }
        struct Body: Encodable {
            let jobDescriptions: [JobDescriptionBody]
            let total: Int
            let limit: Int
            let offset: Int
        }
        return try JSONBody.response(
            Body(
                jobDescriptions: page.map { JobDescriptionBody($0) }, total: total, limit: limit, offset: offset))
    }

    @Sendable private func show(_ request: Request, context: APIContext) async throws -> Response {
        let identity = try context.requireUser()
        let stored = try await jobs.find(try context.pathID())
        guard let stored, stored.ownerID == nil || stored.ownerID == identity.userID || identity.isAdmin else {
            throw APIError.notFound("Job description")
        }
        return try JSONBody.response(JobDescriptionBody(stored))
    }

    @Sendable private func delete(_ request: Request, context: APIContext) async throws -> Response {
        let identity = try context.requireUser()
        let id = try context.pathID()
        let stored = try await jobs.find(id)
        guard let stored, stored.ownerID == identity.userID || identity.isAdmin,
            let position = try await jobs.delete(id)
        else { throw APIError.notFound("Job description") }
        _ = try await intake.waitUntilIndexed(.jobDescriptions, position)
        return Response(status: .noContent).at(position, .jobDescriptions)
    }
}

/// A job description, as callers see it.
struct JobDescriptionBody: Encodable {
    let id: String
    let jobDescription: String
    let role: String
    let company: String?
    let level: String?
    let skills: [String]
    /// Whether everybody finds it.
    let shared: Bool
    let createdAt: Date
    let updatedAt: Date
    /// For a write: whether searches on this instance find it already, and its position in the change log.
    let indexed: Bool?
    let position: Int64?

    init(_ job: JobDescription, write: ItemWrite<JobDescription>? = nil) {
        id = job.id.uuidString.lowercased()
        jobDescription = job.draft.description
        role = job.draft.role
        company = job.draft.company
        level = job.draft.level
        skills = job.draft.skills
        shared = job.ownerID == nil
        createdAt = job.createdAt
        updatedAt = job.updatedAt
        indexed = write?.isIndexed
        position = write?.position
    }
}

import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import Recommend
import Storage

/// `/api/v1/questions`: the question bank.
struct QuestionController: Sendable {
    let questions: QuestionStore
    let reads: ReplicaReads
    let intake: ItemIntake
    let twins: PerGeneration<TwinSearch>
    let inference: SkillInference
    let health: BankHealth
    let publicRead: Bool
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.get(use: list)
        group.post(use: create)
        group.post("admin/quality-check", use: qualityCheck)
        group.get("{id}", use: show)
        group.put("{id}", use: update)
        group.delete("{id}", use: delete)
    }

    // MARK: Routes

    @Sendable private func list(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireReader(publicRead: publicRead)
        var parameters = QueryParameters(request)
        var query = QuestionQuery()
        query.category = parameters.text("category", lengthMax: 100)
        query.subcategory = parameters.text("subcategory", lengthMax: 100)
        query.difficulty = parameters.choice("difficulty", or: "difficulty_level")
        query.role = parameters.text("role", lengthMax: 200)
        query.skills = parameters.texts("skills", countMax: 20, lengthMax: 100)
        query.text = parameters.text("text_contains", lengthMax: 200)
        query.status = parameters.choice("status", or: "status") ?? .active
        query.limit = parameters.integer("limit", default: 20, in: 1...QuestionQuery.limitMax)
        query.offset = parameters.integer("offset", default: 0, in: 0...QuestionQuery.offsetMax)
        try parameters.finish()
        let (page, total) = try await reads.read(wantsOwnWrites: request.wantsOwnWrites) { [query] database in
            try await QuestionStore(database: database).list(query)
        }
        struct Body: Encodable {
            let questions: [QuestionBody]
            let total: Int
            let limit: Int
            let offset: Int
        }
        return try JSONBody.response(
            Body(
                questions: try page.map { try QuestionBody($0) }, total: total, limit: query.limit, offset: query.offset
            ))
    }

    @Sendable private func create(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        var parameters = QueryParameters(request)
        let policy: TwinPolicy = parameters.choice("near_duplicates", or: "near_duplicates") ?? .report
        try parameters.finish()
        var draft = try await draft(request)
        let found = try await twins.current.run(draft.questionText)
        if let nearest = found.first {
            switch policy {
            case .report: break
            case .block:
                throw APIError.conflict(
                    "Nearly the same question is stored as \(nearest.twin.id.uuidString.lowercased()): \(nearest.text)",
                    code: "near_duplicate_question")
            case .link: draft = try draft.asVariant(of: nearest.twin.id)
            }
        }
        let write = try await intake.write(text: draft.questionText, hash: draft.embeddedTextHash) { [draft] vector in
            try await questions.create(draft, vector: vector)
        }
        guard let write else { preconditionFailure("a new question is stored or refused by an error") }
        return try JSONBody.response(QuestionBody(write.item, write: write, twins: found), status: .created).at(write)
    }

    /// What becomes of a question that says nearly the same as another.
    private enum TwinPolicy: String, CaseIterable { case report, block, link }

    @Sendable private func show(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireReader(publicRead: publicRead)
        guard let question = try await questions.find(try context.pathID()) else { throw APIError.notFound("Question") }
        return try JSONBody.response(try QuestionBody(question))
    }

    /// Which questions do not do their work, those that weigh least first.
    @Sendable private func qualityCheck(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        var parameters = QueryParameters(request)
        let limit = parameters.integer("limit", default: 100, in: 1...BankHealth.findingsMax)
        try parameters.finish()
        let report = try await health.report()
        return try JSONBody.response(QualityBody(report, limit: limit))
    }

    @Sendable private func update(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        let id = try context.pathID()
        let draft = try await draft(request)
        let write = try await intake.write(text: draft.questionText, hash: draft.embeddedTextHash) { vector in
            try await questions.update(id, to: draft, vector: vector)
        }
        guard let write else { throw APIError.notFound("Question") }
        return try JSONBody.response(QuestionBody(write.item, write: write)).at(write)
    }

    @Sendable private func delete(_ request: Request, context: APIContext) async throws -> Response {
        try context.requireAdmin()
        guard let position = try await questions.delete(try context.pathID()) else {
            throw APIError.notFound("Question")
        }
        _ = try await intake.waitUntilIndexed(.questions, position)
        return Response(status: .noContent).at(position, .questions)
    }

    private func draft(_ request: Request) async throws -> QuestionDraft {
        let fields = try await JSONBody.decode([String: JSONValue].self, from: request, bytesMax: bodyBytesMax)
        return try inference.completing(try QuestionRecord(place: "body", fields: fields).draft())
    }
}

/// A question, as callers see it.
struct QuestionBody: Encodable {
    let id: String
    let questionText: String
    let category: String
    let subcategory: String?
    let difficultyLevel: String
    let compatibleRoles: [String]
    let requiredSkills: [String]
    let industryTags: [String]
    let strongAnswer: String?
    let status: String
    let usageCount: Int
    let averageScore: Double?
    let successRate: Double?
    let createdAt: Date
    let updatedAt: Date
    let questionMetadata: JSONValue
    /// For a write: whether searches on this instance find it already, and its position in the change log.
    let indexed: Bool?
    let position: Int64?
    /// For a new question: those that say nearly the same.
    let nearDuplicates: [Twin]?

    struct Twin: Encodable {
        let id: String
        let text: String
        let similarity: Double
        /// `words` or `meaning`.
        let evidence: String
    }

    init(_ question: Question, write: ItemWrite<Question>? = nil, twins: [TwinSearch.Found]? = nil) throws {
        id = question.id.uuidString.lowercased()
        questionText = question.draft.questionText
        category = question.draft.category
        subcategory = question.draft.subcategory
        difficultyLevel = question.draft.difficulty.rawValue
        compatibleRoles = question.draft.compatibleRoles
        requiredSkills = question.draft.requiredSkills
        industryTags = question.draft.industryTags
        strongAnswer = question.draft.strongAnswer
        status = question.status.rawValue
        usageCount = question.usageCount
        averageScore = question.averageScore
        successRate = question.successRate
        createdAt = question.createdAt
        updatedAt = question.updatedAt
        questionMetadata = try JSONValue(parsing: question.draft.metadata.text)
        indexed = write?.isIndexed
        position = write?.position
        nearDuplicates = twins?.map { found in
            Twin(
                id: found.twin.id.uuidString.lowercased(), text: found.text, similarity: found.twin.similarity,
                evidence: found.twin.evidence.rawValue)
        }
    }
}

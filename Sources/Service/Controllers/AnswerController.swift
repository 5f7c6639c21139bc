import Catalog
import Foundation
import HTTPTypes
import Hummingbird

/// `/api/v1/sessions/questions/{question_id}/answers`: what people answered. The id is that of a session's question, or of a
/// question of the bank, which means the caller's latest open session that has it.
struct AnswerController: Sendable {
    let sessions: SessionStore
    let answers: AnswerStore
    let intake: ItemIntake
    let bodyBytesMax: Int

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.post("questions/{question_id}/answers", use: create)
        group.get("questions/{question_id}/answers", use: list)
        group.get("questions/{question_id}/answers/{answer_id}", use: show)
        group.patch("questions/{question_id}/answers/{answer_id}", use: edit)
        group.delete("questions/{question_id}/answers/{answer_id}", use: delete)
    }

    @Sendable private func create(_ request: Request, context: APIContext) async throws -> Response {
        let identity = try context.requireUser()
        let asked = try context.pathID("question_id")
        let fields = try await JSONBody.decode([String: JSONValue].self, from: request, bytesMax: bodyBytesMax)
        let body = try AnswerFields(fields)
        let found = try await sessions.question(
            asked, of: identity.userID, session: body.session, everybodys: identity.isAdmin)
        guard let (question, owner) = found else { throw APIError.notFound("Question") }
        let draft = try body.draft()
        let answer = try AnswerRequest(
            person: owner, question: question.id, draft: draft, key: request.headers[.idempotencyKey] ?? body.key)
        // What was answered before needs no vector.
        if let before = try await answers.repeated(answer) {
            return try JSONBody.response(AnswerBody(before, isIndexed: nil)).at(before.position, .answers)
        }
        return try await write(status: .created, draft) { try await answers.record(answer, vector: $0) }
    }

    @Sendable private func list(_ request: Request, context: APIContext) async throws -> Response {
        let identity = try context.requireUser()
        let asked = try context.pathID("question_id")
        var parameters = QueryParameters(request)
        let limit = parameters.integer("limit", default: 20, in: 1...SessionController.limitMax)
        let offset = parameters.integer("offset", default: 0, in: 0...SessionController.offsetMax)
        try parameters.finish()
        let found = try await sessions.question(asked, of: identity.userID, everybodys: identity.isAdmin)
        guard let (_, owner) = found else { throw APIError.notFound("Question") }
        let (page, total) = try await answers.list(question: asked, of: owner, limit: limit, offset: offset)
        struct Body: Encodable {
            let answers: [AnswerBody]
            let total: Int
            let limit: Int
            let offset: Int
        }
        return try JSONBody.response(
            Body(answers: try page.map { try AnswerBody($0) }, total: total, limit: limit, offset: offset))
    }

    @Sendable private func show(_ request: Request, context: APIContext) async throws -> Response {
        try JSONBody.response(try AnswerBody(try await answer(context)))
    }

    /// Fields that are missing stay; null takes a value away.
    @Sendable private func edit(_ request: Request, context: APIContext) async throws -> Response {
        let stored = try await answer(context)
        let fields = try await JSONBody.decode([String: JSONValue].self, from: request, bytesMax: bodyBytesMax)
        let draft = try AnswerFields(fields).draft(over: stored)
        return try await write(status: .ok, draft) { vector in
            let written = try await answers.edit(stored.id, of: stored.userID, vector: vector) { present in
                try AnswerFields(fields).draft(over: present)
            }
            guard let written else { throw APIError.notFound("Answer") }
            return written
        }
    }

    @Sendable private func delete(_ request: Request, context: APIContext) async throws -> Response {
        let stored = try await answer(context)
        guard let position = try await answers.delete(stored.id, of: stored.userID) else {
            throw APIError.notFound("Answer")
        }
        _ = try await intake.waitUntilIndexed(.answers, position)
        return Response(status: .noContent).at(position, .answers)
    }

    // MARK: Parts

    /// The answer in the path, if it is the caller's and one to the question in the path.
    private func answer(_ context: APIContext) async throws -> Answer {
        let identity = try context.requireUser()
        let question = try context.pathID("question_id")
        let found = try await answers.find(try context.pathID("answer_id"), for: identity.scope)
        guard let found, found.sessionQuestionID == question || found.questionID == question else {
            throw APIError.notFound("Answer")
        }
        try context.requireOwner(found.userID, of: "Answer")
        return found
    }

    private func write(
        status: HTTPResponse.Status, _ draft: AnswerDraft,
        _ store: (StoredVector?) async throws -> AnswerStore.Written
    ) async throws -> Response {
        var written: AnswerStore.Written?
        let write = try await intake.write(text: draft.text, hash: draft.embeddedTextHash) { vector in
            let stored = try await store(vector)
            written = stored
            return (stored.answer, stored.position)
        }
        guard let write, let written else { preconditionFailure("an answer is stored or refused by an error") }
        return try JSONBody.response(
            AnswerBody(written, isIndexed: write.isIndexed), status: written.isRepeat ? .ok : status
        ).at(write)
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}

import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Storage

/// `/api/v1/data-rights`: people take what is stored of them with them, or have it erased.
struct DataRightsController: Sendable {
    let users: UserStore
    let export: PersonExport
    let erasure: PersonErasure
    let passwords: PasswordCheck
    let signIns: SignInRegistry
    let bodyBytesMax = 100_000

    func addRoutes(to group: RouterGroup<APIContext>) {
        group.get("export", use: exportAll)
        group.post("delete-account", use: deleteAccount)
    }

    @Sendable private func exportAll(_ request: Request, context: APIContext) async throws -> Response {
        let person = try context.requireUser().userID
        guard let json = try await export.run(person) else { throw APIError.notFound("User") }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json", .contentDisposition: "attachment; filename=\"greenroom-export.json\"",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: json.text)))
    }

    /// Erases the caller: nobody can erase anybody else here.
    @Sendable private func deleteAccount(_ request: Request, context: APIContext) async throws -> Response {
        struct Body: Decodable {
            let confirm: Bool
            let password: String
        }
        struct Answer: Encodable {
            let message = "Your account and everything of yours is erased"
            let receipt: PersonErasure.Receipt
        }
        let person = try context.requireUser().userID
        let body = try await JSONBody.decode(Body.self, from: request, bytesMax: bodyBytesMax)
        guard body.confirm else {
            let issue = FieldIssue(
                type: "value_error", field: "confirm",
                message: "Input should be true: what is erased does not come back",
                input: "false")
            throw APIError.invalid([issue], in: "body")
        }
        guard try await passwords.matches(body.password, try await users.credentials(id: person)) else {
            throw APIError.badRequest("The password is incorrect", code: "wrong_password")
        }
        guard let receipt = try await erasure.erase(person) else { throw APIError.notFound("User") }
        signIns.forgetAll()
        context.logger.notice("a person was erased", metadata: ["person": "\(person)"])
        return try JSONBody.response(Answer(receipt: receipt))
    }
}

import Catalog
import Foundation
import HTTPTypes
import Hummingbird

/// An answer that is not a success, as callers see it. `detail` is for people, `code` is stable for programs.
struct APIError: Error {
    var status: HTTPResponse.Status
    var code: String
    var detail: String
    var headers: HTTPFields = [:]
    /// For 422: what is wrong, field by field; stands in place of `detail`.
    var issues: [FieldIssue] = []
    /// Where the fields stand: `body`, `query` or `path`.
    var issuesIn = "body"

    static func badRequest(_ detail: String, code: String = "bad_request") -> APIError {
        APIError(status: .badRequest, code: code, detail: detail)
    }

    static func unauthorized(_ detail: String, code: String) -> APIError {
        APIError(status: .unauthorized, code: code, detail: detail, headers: [.wwwAuthenticate: "Bearer"])
    }

    static func notFound(_ kind: String) -> APIError {
        APIError(status: .notFound, code: "not_found", detail: "\(kind) not found")
    }

    static func conflict(_ detail: String, code: String) -> APIError {
        APIError(status: .conflict, code: code, detail: detail)
    }

    static func unavailable(_ detail: String, code: String, retryAfterSeconds: Int) -> APIError {
        APIError(
            status: .serviceUnavailable, code: code, detail: detail,
            headers: [.retryAfter: String(retryAfterSeconds)])
    }

    static func invalid(_ issues: [FieldIssue], in place: String) -> APIError {
        APIError(
            status: .unprocessableContent, code: "validation_error", detail: "", issues: issues, issuesIn: place)
    }

    /// The answer in JSON.
    func response(requestID: String) throws -> Response {
        struct Plain: Encodable {
            let detail: String
            let code: String
            let requestId: String
        }
        struct Fields: Encodable {
            struct Issue: Encodable {
                let type: String
                let loc: [String]
                let msg: String
                let input: String?
            }
            let detail: [Issue]
            let code: String
            let requestId: String
        }
        var response: Response
        if issues.isEmpty {
            response = try JSONBody.response(
                Plain(detail: detail, code: code, requestId: requestID), status: status)
        } else {
            let fields = issues.map { issue in
                Fields.Issue(type: issue.type, loc: [issuesIn] + issue.field, msg: issue.message, input: issue.input)
            }
            response = try JSONBody.response(
                Fields(detail: fields, code: code, requestId: requestID), status: status)
        }
        response.headers.append(contentsOf: headers)
        return response
    }
}

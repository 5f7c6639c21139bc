import Testing

@testable import Embedding

@Suite struct EndpointTests {
    @Test func addsThePath() throws {
        #expect(try Endpoint(base: Endpoint.openAI).embeddings == "https://api.openai.com/v1/embeddings")
        #expect(try Endpoint(base: "https://h.example:84/a/b//").embeddings == "https://h.example:84/a/b/embeddings")
        #expect(try Endpoint(base: "HTTPS://h.example").embeddings.hasSuffix("://h.example/embeddings"))
        #expect("\(try Endpoint(base: "https://h.example:8443/a"))" == "h.example:8443")
    }

    @Test(arguments: ["http://localhost:1234/v1", "http://127.0.0.1", "http://127.9.8.7:80", "http://[::1]:8080/v1"])
    func allowsPlainHTTPToThisMachine(base: String) { #expect(throws: Never.self) { try Endpoint(base: base) } }

    @Test(arguments: [
        "http://example.org/v1", "http://127.0.0.1.example.org", "http://localhost.example.org", "http://10.0.0.1",
        "http://1270.0.0.1", "http://127.0.0",
    ])
    func refusesPlainHTTPElsewhere(base: String) throws {
        let problem = #expect(throws: Endpoint.Problem.self) { try Endpoint(base: base) }
        guard case .notEncrypted = problem else {
            Issue.record("\(String(describing: problem))")
            return
        }
        #expect(throws: Never.self) { try Endpoint(base: base, allowsHTTP: true) }
    }

    @Test func refusesOtherAddresses() {
        for base in ["", "api.openai.com/v1", "ftp://h.example", "https://", "file:///etc/passwd"] {
            #expect(throws: Endpoint.Problem.notAnAddress, "\(base)") { try Endpoint(base: base) }
        }
        #expect(throws: Endpoint.Problem.hasCredentials) { try Endpoint(base: "https://me:secret@h.example") }
        #expect(throws: Endpoint.Problem.hasQuery) { try Endpoint(base: "https://h.example/v1?key=secret") }
        #expect(!"\(Endpoint.Problem.hasCredentials)".contains("secret"))
    }
}

import Foundation

/// Where a provider's HTTP interface is: the address that "/embeddings" is added to.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// Why an address is refused. User names and passwords in it are not told.
    public enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
        case notAnAddress
        case hasCredentials
        case hasQuery
        /// The key would travel in the clear.
        case notEncrypted(host: String)

        public var description: String {
            switch self {
            case .notAnAddress: "is no http or https address such as https://api.openai.com/v1"
            case .hasCredentials: "has a user name or password in it: give the key by OPENAI_API_KEY"
            case .hasQuery: "has a query or fragment in it: give the part before it"
            case .notEncrypted(let host):
                "would send the key unencrypted to \(host): use https, or set OPENAI_ALLOW_HTTP=true on a trusted network"
            }
        }
    }

    /// OpenAI's own.
    public static let openAI = "https://api.openai.com/v1"

    /// The address of the embeddings.
    let embeddings: String
    /// Host, and port where it is given: for messages.
    let host: String

    /// - Parameters:
    ///   - base: such as "https://api.openai.com/v1"; a slash at the end does not matter.
    ///   - allowsHTTP: whether the key may go unencrypted to hosts other than this machine.
    public init(base: String, allowsHTTP: Bool = false) throws(Problem) {
        guard var parts = URLComponents(string: base), let scheme = parts.scheme?.lowercased(),
            scheme == "https" || scheme == "http", let host = parts.host, !host.isEmpty
        else { throw .notAnAddress }
        guard parts.user == nil, parts.password == nil else { throw .hasCredentials }
        guard parts.query == nil, parts.fragment == nil else { throw .hasQuery }
        guard scheme == "https" || allowsHTTP || Self.isLoopback(host) else { throw .notEncrypted(host: host) }
        while parts.path.hasSuffix("/") { parts.path.removeLast() }
        parts.path += "/embeddings"
        guard let address = parts.string else { throw .notAnAddress }
        embeddings = address
        self.host = parts.port.map { "\(host):\($0)" } ?? host
    }

    public var description: String { host }

    private static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased().trimmingCharacters(in: ["[", "]"])
        if name == "localhost" || name == "::1" { return true }
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}

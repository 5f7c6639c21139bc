import Foundation

/// Finds the addresses of named hosts before libpq is asked to connect, because libpq resolves names by a call that
/// blocks its thread. Hosts that come from a service file are not seen here and are resolved by libpq.
enum HostResolution {
    /// Whether the options name a host that is neither a socket folder nor an address.
    static func isNeeded(for options: [String: String]) -> Bool {
        options["hostaddr"] == nil && hosts(of: options).contains(where: isName)
    }

    /// The options with every address of every host in `hostaddr`; TLS still checks the names. Blocks.
    /// - Throws: `PostgresError` with kind `connectFailed` where no host could be resolved.
    static func resolve(_ options: [String: String]) throws -> [String: String] {
        let hosts = hosts(of: options)
        let ports = (options["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var targets: [(host: String, address: String, port: String)] = []
        var reasons: [String] = []
        for (index, host) in hosts.enumerated() {
            let port = ports.count == 1 ? ports[0] : ports.indices.contains(index) ? ports[index] : ""
            guard isName(host) else {
                targets.append((host, "", port))
                continue
            }
            switch addresses(of: host) {
            case .success(let found): targets += found.map { (host, $0, port) }
            case .failure(let error): reasons.append("host \(host): \(error.reason)")
            }
        }
        guard !targets.isEmpty else {
            throw PostgresError(kind: .connectFailed, message: reasons.joined(separator: "; "))
        }
        var resolved = options
        resolved["host"] = targets.map(\.host).joined(separator: ",")
        resolved["hostaddr"] = targets.map(\.address).joined(separator: ",")
        resolved["port"] = ports.isEmpty ? nil : targets.map(\.port).joined(separator: ",")
        return resolved
    }

    private struct LookupFailure: Error {
        let reason: String
    }

    private static func hosts(of options: [String: String]) -> [String] {
        let list = options["host"] ?? ProcessInfo.processInfo.environment["PGHOST"] ?? ""
        return list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    private static func isName(_ host: String) -> Bool {
        if host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") { return false }
        var v4 = in_addr()
        var v6 = in6_addr()
        return inet_pton(AF_INET, host, &v4) != 1 && inet_pton(AF_INET6, host, &v6) != 1
    }

    private static func addresses(of host: String) -> Result<[String], LookupFailure> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { return .failure(LookupFailure(reason: String(cString: gai_strerror(code)))) }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = socklen_t(text.count)
            if getnameinfo(entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0
            {
                found.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            next = entry.pointee.ai_next
        }
        return .success(found)
    }
}

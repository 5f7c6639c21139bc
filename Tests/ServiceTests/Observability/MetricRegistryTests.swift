import Foundation
import Metrics
import Testing

@testable import greenroom

@Suite struct MetricRegistryTests {
    @Test func writesTheTextFormat() {
        let registry = MetricRegistry()
        registry.makeCounter(label: "http_requests_total", dimensions: [("method", "GET"), ("path", "/a\"b")])
            .increment(by: 2)
        registry.makeRecorder(label: "queue_depth", dimensions: [], aggregate: false).record(Int64(7))
        let histogram = registry.makeRecorder(label: "request_latency_seconds", dimensions: [], aggregate: true)
        histogram.record(0.002)
        histogram.record(100.0)
        let text = registry.exposition()
        #expect(
            text.contains(
                "# TYPE http_requests_total counter\nhttp_requests_total{method=\"GET\",path=\"/a\\\"b\"} 2\n"))
        #expect(text.contains("# TYPE queue_depth gauge\nqueue_depth 7\n"))
        #expect(text.contains("request_latency_seconds_bucket{le=\"0.001\"} 0\n"))
        #expect(text.contains("request_latency_seconds_bucket{le=\"0.0025\"} 1\n"))
        #expect(text.contains("request_latency_seconds_bucket{le=\"+Inf\"} 2\n"))
        #expect(text.contains("request_latency_seconds_sum 100.002\nrequest_latency_seconds_count 2\n"))
    }

    @Test func boundsTheSeriesOfAName() {
        let registry = MetricRegistry()
        for number in 0..<(MetricRegistry.seriesMax + 5) {
            registry.makeCounter(label: "requests_total", dimensions: [("n", "\(number)")]).increment(by: 1)
        }
        #expect(registry.exposition().contains("metrics_series_dropped_total 5\n"))
    }

    @Test func everyFamilyHasHelpAndBuckets() {
        for family in MetricFamilies.all {
            #expect(!family.help.isEmpty)
            #expect(family.kind != .histogram || family.buckets == family.buckets.sorted() && !family.buckets.isEmpty)
        }
    }
}

@Suite struct AlertRuleTests {
    @Test func alertsNameMetricsThatAreEmitted() throws {
        let file = TestFiles.repository.appending(path: "monitoring/prometheus/alerts.yml")
        let rules = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.contains("expr:") }
        #expect(rules.count >= 6)
        for rule in rules {
            let names = rule.matches(
                of: /[a-z_]+_(?:total|seconds_bucket|timestamp_seconds|ready|changes|state|divergence)\b/
            ).map { match in
                match.output.hasSuffix("_bucket") ? String(match.output.dropLast(7)) : String(match.output)
            }
            #expect(!names.isEmpty, "\(rule)")
            for name in names { #expect(MetricFamilies.byName[name] != nil, "\(name)") }
        }
    }
}

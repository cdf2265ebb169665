"""What several benchmarks share: invented panels and enterprises, visitors who speak the browser's protocol, growth."""

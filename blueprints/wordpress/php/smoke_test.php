<?php
// Logs in, publishes a post, reads it as a visitor, and removes it. Ends with 1 at the first step
// that fails, and names it.

$site = parse_url(rtrim(getenv('SITE_URL'), '/'));
$host = $site['host'] . (isset($site['port']) ? ':' . $site['port'] : '');
$cookies = ['wordpress_test_cookie' => 'WP%20Cookie%20check'];

// The Service, not the load balancer: whether pods reach that from inside depends on the cluster.
// Cookies are kept by hand: those of an HTTPS site are not sent over the plain HTTP used here.
function call(string $method, string $path, array $headers = [], ?string $body = null, bool $as_visitor = false): array
{
    global $site, $host, $cookies;
    $headers[] = "Host: $host";
    if ($site['scheme'] === 'https') {
        $headers[] = 'X-Forwarded-Proto: https';
    }
    if (!$as_visitor) {
        $pairs = array_map(fn($name, $value) => "$name=$value", array_keys($cookies), $cookies);
        $headers[] = 'Cookie: ' . implode('; ', $pairs);
    }
    $handle = curl_init('http://' . getenv('SERVICE') . $path);
    curl_setopt_array($handle, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 60,
        CURLOPT_HEADERFUNCTION => function ($handle, $line) use (&$cookies, $as_visitor) {
            if (!$as_visitor && preg_match('/^set-cookie: *([^=;]+)=([^;]*)/i', $line, $found)) {
                $cookies[$found[1]] = $found[2];
            }
            return strlen($line);
        },
    ]);
    if ($body !== null) {
        curl_setopt($handle, CURLOPT_POSTFIELDS, $body);
    }
    $answer = curl_exec($handle);
    if ($answer === false) {
        fail("$method $path: " . curl_error($handle));
    }
    return [curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $answer];
}

function fail(string $why): never
{
    fwrite(STDERR, "$why\n");
    exit(1);
}

function step(string $what, int $status, int $wanted): void
{
    if ($status !== $wanted) {
        fail("$what: status $status instead of $wanted");
    }
    echo "$what: ok\n";
}

$login = http_build_query([
    'log' => getenv('ADMIN_USER'),
    'pwd' => getenv('ADMIN_PASSWORD'),
    'testcookie' => '1',
]);
[$status] = call('POST', '/wp-login.php', ['Content-Type: application/x-www-form-urlencoded'], $login);
step('log in', $status, 302);

[$status, $nonce] = call('GET', '/wp-admin/admin-ajax.php?action=rest-nonce');
step('ask for a nonce', $status, 200);
$rest = ['Content-Type: application/json', 'X-WP-Nonce: ' . trim($nonce)];

$title = 'Smoke test ' . bin2hex(random_bytes(8));
$post = json_encode(['title' => $title, 'content' => 'Written by the smoke test.', 'status' => 'publish']);
[$status, $answer] = call('POST', '/?rest_route=/wp/v2/posts', $rest, $post);
step('publish a post', $status, 201);
$id = json_decode($answer, true)['id'];

[$status, $answer] = call('GET', "/?rest_route=/wp/v2/posts/$id", [], null, true);
$found = $status === 200 && json_decode($answer, true)['title']['rendered'] === $title;

[$status] = call('DELETE', "/?rest_route=/wp/v2/posts/$id&force=true", $rest);
step('remove the post', $status, 200);
if (!$found) {
    fail('read the post as a visitor: it was not there');
}
echo "read the post as a visitor: ok\n";

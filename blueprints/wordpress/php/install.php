<?php
// Installs WordPress once, as the form of the browser would. Run again, it changes nothing.

define('WP_INSTALLING', true);
define('WP_SITEURL', rtrim(getenv('SITE_URL'), '/'));

// WordPress reads the address it is called under from the web server, and there is none here.
$site = parse_url(WP_SITEURL);
$_SERVER['HTTP_HOST'] = $site['host'] . (isset($site['port']) ? ':' . $site['port'] : '');
$_SERVER['REQUEST_URI'] = '/wp-admin/install.php';
if ($site['scheme'] === 'https') {
    $_SERVER['HTTPS'] = 'on';
}

// The pod has no mail server. WordPress defines this function only where it is missing.
function wp_new_blog_notification($title, $url, $user, $password) {}

require getcwd() . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/translation-install.php';

if (is_blog_installed()) {
    echo "WordPress is installed already\n";
    exit(0);
}

$language = getenv('SITE_LANGUAGE');
if ($language !== 'en_US') {
    $loaded = wp_download_language_pack($language);
    if ($loaded === false) {
        fwrite(STDERR, "no language pack for $language could be fetched; the site starts in English\n");
        $language = '';
    } else {
        load_default_textdomain($loaded);
        $language = $loaded;
    }
} else {
    $language = '';
}

$result = wp_install(
    getenv('SITE_TITLE'),
    getenv('ADMIN_USER'),
    getenv('ADMIN_EMAIL'),
    getenv('SEARCH_ENGINES') === 'true',
    '',
    wp_slash(getenv('ADMIN_PASSWORD')),
    $language
);
if (is_wp_error($result) || !is_blog_installed()) {
    fwrite(STDERR, "the installation failed\n");
    exit(1);
}
echo 'installed at ' . WP_SITEURL . "\n";

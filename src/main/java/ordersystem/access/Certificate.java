package ordersystem.access;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The certificate by which the ports beyond loopback prove who they are, and its key, from a key store of type PKCS12 or JKS.
 * Read once. Immutable.
 */
public final class Certificate {

    private final Path file;
    private final String password;
    private final KeyStore keys;

    /** @throws IllegalArgumentException with what to do, where there is none, or the password does not fit */
    public Certificate(Path file, String password) {
        this.file = file;
        this.password = password;
        try {
            keys = KeyStore.getInstance(file.toFile(), password.toCharArray());
            if (Collections.list(keys.aliases()).stream().noneMatch(this::isKey)) {
                throw new IllegalArgumentException(
                        "orders.tls.key-store: " + file + " has no key; it needs a private key and its certificate");
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "orders.tls.key-store: " + file + " cannot be read (" + e
                            + "); it is a PKCS12 or JKS key store, and"
                            + " orders.tls.key-store-password-file names the file with its password",
                    e);
        }
    }

    private boolean isKey(String alias) {
        try {
            return keys.isKeyEntry(alias);
        } catch (KeyStoreException e) {
            throw new IllegalStateException("it was loaded", e);
        }
    }

    public Path file() {
        return file;
    }

    public String password() {
        return password;
    }

    /** For servers. */
    public KeyManager[] keyManagers() {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, password.toCharArray());
            return factory.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "orders.tls.key-store: the key in " + file + " has a password that is not the store's: " + e, e);
        }
    }

    /**
     * For a client on this machine: trusts a server that proves to have this very certificate, whatever name it is reached
     * by, and no other.
     */
    public SSLContext trustingItself() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Itself()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private void requireOurs(X509Certificate[] chain) throws CertificateException {
        try {
            if (chain.length == 0 || keys.getCertificateAlias(chain[0]) == null) {
                throw new CertificateException("not the certificate in " + file);
            }
        } catch (KeyStoreException e) {
            throw new IllegalStateException("it was loaded", e);
        }
    }

    /** Extended, or Java would compare names beside it. */
    private final class Itself extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            requireOurs(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            requireOurs(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            requireOurs(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("a client's certificate is not asked for");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("a client's certificate is not asked for");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("a client's certificate is not asked for");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

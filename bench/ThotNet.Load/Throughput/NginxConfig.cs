namespace ThotNet.Load.Throughput;

/// <summary>nginx as a plain reverse proxy with kept-open connections to its upstream.</summary>
internal static class NginxConfig
{
    /// <summary>The configuration; all files stay in the directory.</summary>
    public static string Make(int port, int upstream, string directory) => $$"""
        daemon off;
        worker_processes auto;
        pid {{directory}}/nginx.pid;
        error_log stderr warn;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path {{directory}}/body;
          proxy_temp_path {{directory}}/proxy;
          fastcgi_temp_path {{directory}}/fastcgi;
          uwsgi_temp_path {{directory}}/uwsgi;
          scgi_temp_path {{directory}}/scgi;
          keepalive_requests 1000000000;
          upstream bench { server 127.0.0.1:{{upstream}}; keepalive 256; keepalive_requests 1000000000; }
          server {
            listen 127.0.0.1:{{port}};
            location / {
              proxy_pass http://bench;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
          }
        }

        """;
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Innate.Bench;

/// <summary>
/// Many clients that each ask for one row at a time, as trainers do, against a server that is up; every reward is compared with
/// the one that <c>innate score</c> gave, as text.
/// </summary>
internal static class ServeLoad
{
    /// <param name="args">Address; rows as <c>innate score</c> wrote them; clients; seconds; the server's process id.</param>
    public static async Task<int> Run(string[] args)
    {
        int Number(int i, int fallback) => i < args.Length ? int.Parse(args[i], CultureInfo.InvariantCulture) : fallback;
        (int clients, int seconds, int server) = (Number(2, 64), Number(3, 120), Number(4, 0));
        (byte[] Body, string Reward)[] rows = [.. File.ReadLines(args[1]).Select(Read)];
        using HttpClient http =
            new(new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = new Uri(args[0]) };
        List<double>[] latencies = [.. Enumerable.Range(0, clients).Select(_ => new List<double>())];
        long wrong = 0, failed = 0, done = 0;
        long start = Stopwatch.GetTimestamp();
        TimeSpan Elapsed() => Stopwatch.GetElapsedTime(start);

        async Task Client(int index)
        {
            for (int i = index; Elapsed().TotalSeconds < seconds; i += clients)
            {
                (byte[] body, string reward) = rows[i % rows.Length];
                long asked = Stopwatch.GetTimestamp();
                using HttpResponseMessage reply =
                    await http.PostAsync(new Uri("/v1/rewards", UriKind.Relative), new ByteArrayContent(body));
                byte[] text = await reply.Content.ReadAsByteArrayAsync();
                latencies[index].Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                Interlocked.Increment(ref done);
                if (!reply.IsSuccessStatusCode) Interlocked.Increment(ref failed);
                else if (text.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"reward\":{reward},")) < 0)
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }

        Task[] all = [.. Enumerable.Range(0, clients).Select(i => Task.Run(() => Client(i)))];
        for (int quarter = 1; quarter <= 4; quarter++)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, (seconds * quarter / 4.0) - 0.5 - Elapsed().TotalSeconds)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Elapsed().TotalSeconds:0} s: {Interlocked.Read(ref done)} rows, server {Memory(server):0} MB"));
        }

        await Task.WhenAll(all);
        double took = Elapsed().TotalSeconds;
        double[] sorted = [.. latencies.SelectMany(l => l).Order()];
        double median = sorted[sorted.Length / 2], p99 = sorted[(int)(sorted.Length * 0.99)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{clients} clients, {sorted.Length / took:0.0} rows/s, median {median:0.0} ms, p99 {p99:0.0} ms "
            + $"({p99 / median:0.0} x), longest {sorted[^1]:0.0} ms, {failed} failed, {wrong} not the command line's bits"));
        return failed + wrong == 0 ? 0 : 1;
    }

    private static (byte[] Body, string Reward) Read(string line)
    {
        using JsonDocument row = JsonDocument.Parse(line);
        string reward = row.RootElement.GetProperty("reward").GetRawText();
        IEnumerable<string> fields = row.RootElement.EnumerateObject()
            .Where(p => p.Name != "reward").Select(p => $"\"{p.Name}\":{p.Value.GetRawText()}");
        return (Encoding.UTF8.GetBytes($"{{{string.Join(',', fields)}}}"), reward);
    }

    private static double Memory(int process)
    {
        if (process == 0) return 0;
        using Process p = Process.GetProcessById(process);
        return p.WorkingSet64 / 1e6;
    }
}

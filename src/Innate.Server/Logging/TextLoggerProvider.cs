using Microsoft.Extensions.Logging;

namespace Innate.Server.Logging;

/// <summary>Hands the server's warnings and errors to a function, a text each. The rest of the host logs nothing.</summary>
/// <param name="write">Receives the texts, of several threads.</param>
internal sealed class TextLoggerProvider(Action<string> write) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new TextLogger(categoryName == ServerLog.Category ? write : null);

    public void Dispose()
    {
    }

    private sealed class TextLogger(Action<string>? write) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => write is not null && logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            string text = formatter(state, exception);
            write!(exception is null ? text : $"{text}: {exception}");
        }
    }
}

using CsCheck;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

public sealed class CacheControlTests
{
    private static readonly CacheControl NoStore = new() { NoStore = true };
    private static readonly CacheControl NoCache = new() { NoCache = true };
    private static readonly CacheControl OnlyIfCached = new() { OnlyIfCached = true };

    public static TheoryData<string[], string> Standard => new()
    {
        { [], "" },
        { [""], "" },
        { ["no-store"], "no-store" },
        { ["No-Store"], "no-store" },
        { ["no-cache"], "no-cache" },
        { ["only-if-cached"], "only-if-cached" },
        { ["max-age=5"], "max-age=5" },
        { ["MAX-AGE = \"5\""], "max-age=5" },
        { ["max-age=0"], "no-cache" },
        { ["max-age=0, max-age=7"], "no-cache,max-age=7" },
        { ["max-age=9", "max-age=7,max-age=8"], "max-age=7" },
        { ["max-age=2147483647"], "max-age=2147483647" },
        { ["max-age=2147483648"], "max-age=2147483647" },
        { ["max-age=99999999999999999999999999"], "max-age=2147483647" },
        { ["only-if-cached, max-age=60"], "only-if-cached,max-age=60" },
        { ["only-if-cached", "no-cache"], "no-cache,only-if-cached" },
        { ["no-cache", "max-age=3, no-store, only-if-cached"], "no-store" },
        { [" , no-cache ,, "], "no-cache" },
        { ["no-cache=\"a, b\""], "no-cache" },
        { ["no-store=1"], "no-store" },
        // Not known, or no value of its kind: passed over, but not what stands beside it.
        { ["max-stale=5, min-fresh=6, no-transform, stale-if-error=7, private"], "" },
        { ["max-age"], "" },
        { ["max-age="], "" },
        { ["max-age=-1"], "" },
        { ["max-age=+1"], "" },
        { ["max-age=1.5"], "" },
        { ["max-age=10x, no-store"], "no-store" },
        { ["max-age=\"\", no-cache"], "no-cache" },
        { ["max-age=5 6, no-cache"], "no-cache" },
        { ["max-age=٥"], "" },
        { ["xno-store, no-storex, no store, no-store;x"], "" },
        { ["ext=\"a, no-store, \\\", no-cache\""], "" },
        { ["ext=\"a\\\"\", no-cache"], "no-cache" },
        { ["ext=\"never closed, no-store"], "no-store" },
        { ["=5, \", \\"], "" },
    };

    [Theory]
    [MemberData(nameof(Standard))]
    public void Read_CacheControl_IsWhatTheStandardSays_Rfc9111(string[] lines, string expected)
    {
        Assert.Null(CacheControl.Read(Request(lines), out var control));

        Assert.Equal(expected, Show(control));
    }

    [Theory]
    [InlineData("no-cache", "no-cache")]
    [InlineData("x=1, NO-CACHE", "no-cache")]
    [InlineData("no-store, max-age=5", "")]
    public void Read_PragmaWithoutCacheControl_IsItsNoCacheAlone(string pragma, string expected)
    {
        Assert.Null(CacheControl.Read(Request([], pragma: pragma), out var control));

        Assert.Equal(expected, Show(control));
    }

    [Fact]
    public void Read_PragmaBesideCacheControl_IsPassedOver()
    {
        Assert.Null(CacheControl.Read(Request(["max-age=5"], pragma: "no-cache"), out var control));

        Assert.Equal("max-age=5", Show(control));
    }

    [Theory]
    [InlineData(true, false, "any-temperature")]
    [InlineData(false, true, "tools")]
    [InlineData(true, true, "tools,any-temperature")]
    [InlineData(true, true, " any-temperature ,  tools ")]
    [InlineData(true, true, "any-temperature", "tools")]
    [InlineData(false, true, "tools,tools", "tools")]
    public void Read_OptIns_AreRead(bool anyTemperature, bool tools, params string[] lines)
    {
        Assert.Null(CacheControl.Read(Request(["no-cache"], own: lines), out var control));

        Assert.Equal(NoCache with { AnyTemperature = anyTemperature, Tools = tools }, control);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Tools")]
    [InlineData("hit")]
    [InlineData("tools;any-temperature")]
    [InlineData("tools any-temperature")]
    [InlineData("tools,")]
    [InlineData("tools", "temperature")]
    public void Read_OptInThatIsNotKnown_IsAnError(params string[] lines)
    {
        var error = CacheControl.Read(Request([], own: lines), out _)!;

        Assert.Equal((400, "invalid_request_error", "x-thotnet-cache"), (error.Status, error.Type, error.Param));
        Assert.Equal("The header x-thotnet-cache must be any-temperature or tools, or both, separated by a comma.", error.Message);
    }

    [Fact]
    public void Read_NeitherHeader_AllocatesNothing()
    {
        var request = Request([]);

        Assert.Equal(0, Allocations.Of(() => CacheControl.Read(request, out _)));
    }

    [Fact]
    public void Read_AnyText_NeverThrows_AndHidesNoNoStoreAfterIt() =>
        Gen.Char["a=\\, \t1é"].Array[0, 30].MustHold(
            letters =>
            {
                CacheControl.Read(Request([new string(letters), "no-store"]), out var control);
                return control == NoStore;
            },
            iter: 2000);

    [Fact]
    public void Read_AnyDirectives_AreEachReadWhateverStandsBetween() =>
        Gen.OneOf("only-if-cached", "x=\"a,no-store\"", "", "foo", "max-age=no", "\"\\\"\"").Array[0, 8].MustHold(
            directives =>
            {
                CacheControl.Read(Request([string.Join(',', directives)]), out var control);
                return control == (directives.Contains("only-if-cached") ? OnlyIfCached : default);
            },
            iter: 2000);

    private static string Show(CacheControl control)
    {
        Assert.False(control.AnyTemperature || control.Tools);
        string?[] parts =
        [
            control.NoStore ? "no-store" : null, control.NoCache ? "no-cache" : null, control.OnlyIfCached ? "only-if-cached" : null,
            control.MaxAge is { } age ? $"max-age={age.TotalSeconds}" : null,
        ];
        return string.Join(',', parts.OfType<string>());
    }

    private static HttpRequest Request(string[] lines, string? pragma = null, string[]? own = null)
    {
        var request = new DefaultHttpContext().Request;
        if (lines.Length > 0)
        {
            request.Headers.CacheControl = new StringValues(lines);
        }

        if (pragma is not null)
        {
            request.Headers.Pragma = pragma;
        }

        if (own is not null)
        {
            request.Headers[CacheControl.Header] = new StringValues(own);
        }

        return request;
    }
}

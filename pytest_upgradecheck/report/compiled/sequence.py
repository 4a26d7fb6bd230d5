"""Generated from sequence.j2."""

from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'sequence.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_sequence = missing
    try:
        t_1 = environment.filters['join']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'join' found.")
    try:
        t_2 = environment.filters['words']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'words' found.")
    pass
    def macro(l_1_stops, l_1_where, l_1_picture, l_1_width):
        t_3 = []
        if l_1_stops is missing:
            l_1_stops = undefined("parameter 'stops' was not provided", name='stops')
        if l_1_where is missing:
            l_1_where = undefined("parameter 'where' was not provided", name='where')
        if l_1_picture is missing:
            l_1_picture = undefined("parameter 'picture' was not provided", name='picture')
        if l_1_width is missing:
            l_1_width = undefined("parameter 'width' was not provided", name='width')
        pass
        t_3.extend((
            '<div class="sequence">\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ',
            escape(environment.finalize(l_1_width)),
            ' ',
            escape(environment.finalize(environment.getattr(l_1_picture, 'height'))),
            '" width="',
            escape(environment.finalize(l_1_width)),
            '" height="',
            escape(environment.finalize(environment.getattr(l_1_picture, 'height'))),
            '" role="img" aria-labelledby="sequence-title" font-family="system-ui, sans-serif" font-size="14" fill="currentColor">\n<title id="sequence-title">The sequence as a picture; the text next to it says the same. ',
            escape(environment.finalize(l_1_where)),
            '.</title>\n<line x1="26" y1="14" x2="26" y2="',
            escape(environment.finalize((environment.getattr(l_1_picture, 'height') - 14))),
            '" stroke="currentColor" stroke-width="2" stroke-opacity="0.6"/>\n',
        ))
        for l_2_mark in environment.getattr(l_1_picture, 'marks'):
            _loop_vars = {}
            pass
            if (environment.getattr(l_2_mark, 'kind') == 'moved'):
                pass
                t_3.extend((
                    '<circle cx="26" cy="',
                    escape(environment.finalize(environment.getattr(l_2_mark, 'y'))),
                    '" r="10" fill="currentColor"/>\n<path d="M21 ',
                    escape(environment.finalize(environment.getattr(l_2_mark, 'y'))),
                    ' l4 4 l7 -8" fill="none" stroke="Canvas" stroke-width="2.5"/>\n',
                ))
            elif (environment.getattr(l_2_mark, 'kind') == 'waiting'):
                pass
                t_3.extend((
                    '<circle cx="26" cy="',
                    escape(environment.finalize(environment.getattr(l_2_mark, 'y'))),
                    '" r="10" fill="Canvas" stroke="currentColor" stroke-width="2"/>\n',
                ))
            elif (environment.getattr(l_2_mark, 'kind') == 'unknown'):
                pass
                t_3.extend((
                    '<circle cx="26" cy="',
                    escape(environment.finalize(environment.getattr(l_2_mark, 'y'))),
                    '" r="10" fill="Canvas" stroke="currentColor" stroke-width="2" stroke-dasharray="3 3"/>\n<text x="26" y="',
                    escape(environment.finalize((environment.getattr(l_2_mark, 'y') + 5))),
                    '" text-anchor="middle" font-weight="700">?</text>\n',
                ))
            elif (environment.getattr(l_2_mark, 'kind') == 'truth'):
                pass
                t_3.extend((
                    '<path d="M26 ',
                    escape(environment.finalize((environment.getattr(l_2_mark, 'y') - 7))),
                    ' l7 7 l-7 7 l-7 -7 z" fill="Canvas" stroke="currentColor" stroke-width="2"/>\n',
                ))
            elif (environment.getattr(l_2_mark, 'kind') == 'boundary'):
                pass
                t_3.extend((
                    '<line x1="8" y1="',
                    escape(environment.finalize(environment.getattr(l_2_mark, 'y'))),
                    '" x2="',
                    escape(environment.finalize((l_1_width - 8))),
                    '" y2="',
                    escape(environment.finalize(environment.getattr(l_2_mark, 'y'))),
                    '" stroke="currentColor" stroke-width="2" stroke-dasharray="8 5"/>\n',
                ))
            else:
                pass
                t_3.extend((
                    '<path d="M17 ',
                    escape(environment.finalize((environment.getattr(l_2_mark, 'y') - 9))),
                    ' l18 9 l-18 9 z" fill="currentColor"/>\n',
                ))
        l_2_mark = missing
        for l_2_each in environment.getattr(l_1_picture, 'texts'):
            _loop_vars = {}
            pass
            t_3.extend((
                '<text x="',
                escape(environment.finalize(environment.getattr(l_2_each, 'x'))),
                '" y="',
                escape(environment.finalize(environment.getattr(l_2_each, 'y'))),
                '"',
            ))
            if environment.getattr(l_2_each, 'bold'):
                pass
                t_3.append(
                    ' font-weight="700"',
                )
            t_3.extend((
                '>',
                escape(environment.finalize(environment.getattr(l_2_each, 'text'))),
                '</text>\n',
            ))
        l_2_each = missing
        t_3.extend((
            '</svg>\n<div>\n<h3>The same in words</h3>\n<p><strong>',
            escape(environment.finalize(l_1_where)),
            '.</strong></p>\n<ol>\n',
        ))
        for l_2_stop in l_1_stops:
            _loop_vars = {}
            pass
            t_3.extend((
                '<li><strong>',
                escape(environment.finalize(environment.getattr(l_2_stop, 'step'))),
                '</strong>: ',
                escape(environment.finalize(environment.getattr(l_2_stop, 'move'))),
                '; ',
                escape(environment.finalize(environment.getattr(l_2_stop, 'shown'))),
            ))
            if environment.getattr(l_2_stop, 'publishes_truth'):
                pass
                t_3.append(
                    '; shared-truth publication changes here',
                )
            t_3.append(
                '.\n',
            )
            if environment.getattr(l_2_stop, 'boundary'):
                pass
                t_3.extend((
                    'Rollback boundary ',
                    escape(environment.finalize(environment.getattr(environment.getattr(l_2_stop, 'boundary'), 'name'))),
                    ', ',
                    escape(environment.finalize(t_2(environment.getattr(environment.getattr(l_2_stop, 'boundary'), 'state')))),
                    ': reversible: ',
                    escape(environment.finalize((t_1(context.eval_ctx, environment.getattr(environment.getattr(l_2_stop, 'boundary'), 'reversible'), ', ') or 'nothing'))),
                    '; irreversible: ',
                    escape(environment.finalize((t_1(context.eval_ctx, environment.getattr(environment.getattr(l_2_stop, 'boundary'), 'irreversible'), ', ') or 'nothing'))),
                    '.\n',
                ))
            else:
                pass
                t_3.append(
                    'It has no rollback boundary.\n',
                )
            if environment.getattr(l_2_stop, 'we_are_here'):
                pass
                t_3.append(
                    '<strong>We are here.</strong>',
                )
            t_3.append(
                '</li>\n',
            )
        l_2_stop = missing
        t_3.append(
            '</ol>\n</div>\n</div>\n',
        )
        return concat(t_3)
    context.exported_vars.add('sequence')
    context.vars['sequence'] = l_0_sequence = Macro(environment, macro, 'sequence', ('stops', 'where', 'picture', 'width'), False, False, False, context.eval_ctx.autoescape)

blocks = {}
debug_info = '1=24&3=37&4=45&5=47&6=50&7=53&8=57&9=59&10=62&11=66&12=69&13=73&14=75&15=78&16=82&17=85&18=89&20=100&23=104&24=109&29=127&31=130&32=135&33=149&34=153&38=167'
of_text = 'f55fd5c98c6a5016fe81bc7fe7610a89d5afe01ee265b69f1dbd724d776cbb62'
of_jinja = '3.1.6'

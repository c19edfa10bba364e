import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { chartForFile } from '../../src/report/charts.ts';
import { english } from '../../src/report/i18n/en.ts';
const bar=(bars:any,t='x')=>({kind:'bar' as const,title:t,xTitle:'server',yTitle:'requests',bars});
const charts:any[]=[bar([{label:'a',value:-3},{label:'bbbb',value:2}]),bar(Array.from({length:40},(_,i)=>({label:`${i} ms`,value:(i*7)%11}))),bar([{label:'word '.repeat(30),value:1},{label:'x'.repeat(300),value:2}]),
bar(Array.from({length:9},(_,i)=>({label:'a',value:i,group:`group ${i}`}))),bar(Array.from({length:20},(_,i)=>({label:'l'+(i>>1),value:i,group:i%2?'measured':'expected'}))),
bar(Array.from({length:40},(_,i)=>({label:'l'+(i>>1),value:i,group:i%2?'measured':'expected'}))),
{kind:'line',title:'l',xTitle:'seconds',yTitle:'value',series:[{name:'a long series name',points:[[0,-5],[1,5]]},{name:'second',points:[[0,2],[3,1]]},{name:'third',points:[[0,3],[3,3]]}],marks:[{x:.1,label:'killed'},{x:.2,label:'first answer'},{x:.4,label:'all back'},{x:2.9,label:'restart of the server'},{x:3,label:'end'}]},
{kind:'line',title:'l',xTitle:'seconds',yTitle:'value',series:[{name:'a',points:[[3,4]]}]}];
let h=''; for(const c of charts) h+='<p>'+await chartForFile(c,english)+'</p>';
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--headless','--no-sandbox','--disable-gpu']}); const p=await b.newPage({viewport:{width:940,height:800}}); await p.setContent(h); await p.screenshot({path:'/tmp/report-shots/odd.png',fullPage:true}); await b.close();
